/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs each test in a process of its own, so that a fault that crashes or loops ends one
 * test and not the others. TAP on stdout; what the tests themselves say on stderr.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "field.h"

static const struct field_group *const groups[] = {FIELD_GROUPS};

static void run_alone(const struct CMUnitTest *test)
{
	dup2(STDERR_FILENO, STDOUT_FILENO);
	cmocka_set_test_filter(test->name);
	_exit(_cmocka_run_group_tests(test->name, test, 1, NULL, NULL) == 0 ? 0 : 1);
}

static bool passes(const struct CMUnitTest *test)
{
	int status = 1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0)
		run_alone(test);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
	unsigned int count = 0;
	unsigned int failed = 0;

	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (size_t i = 0; i < groups[g]->count; i++) {
			const struct CMUnitTest *test = &groups[g]->tests[i];
			bool ok = passes(test);

			failed += !ok;
			printf("%s %u - %s\n", ok ? "ok" : "not ok", ++count, test->name);
		}
	}
	printf("1..%u\n", count);
	return failed == 0 ? 0 : 1;
}
