/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tests in a child, so that a fault that crashes or loops ends one test and not
 * the others: the next child goes on behind it. TAP on stdout; what the tests themselves
 * say goes to stderr.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "field.h"

static const struct field_group *const groups[] = {FIELD_GROUPS};

static const struct CMUnitTest *nth(unsigned int n)
{
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		if (n < groups[g]->count)
			return &groups[g]->tests[n];
		n -= (unsigned int)groups[g]->count;
	}
	return NULL;
}

/* Tests from the n-th on, one byte for each to the parent: '+' or '-'. */
static void run_from(unsigned int n, int parent)
{
	const struct CMUnitTest *test;

	dup2(STDERR_FILENO, STDOUT_FILENO);
	for (; (test = nth(n)) != NULL; n++) {
		int failed = _cmocka_run_group_tests(test->name, test, 1, NULL, NULL);

		if (write(parent, failed == 0 ? "+" : "-", 1) != 1)
			break;
	}
	_exit(0);
}

static unsigned int report(unsigned int n, bool ok)
{
	printf("%s %u - %s\n", ok ? "ok" : "not ok", n + 1, nth(n)->name);
	return !ok;
}

/* One child's tests from the n-th on; moves n behind them. Returns how many failed. */
static unsigned int run_child(unsigned int *n)
{
	unsigned int failed = 0;
	int ends[2];
	char verdict;
	pid_t child;

	fflush(stdout);
	if (pipe(ends) != 0 || (child = fork()) < 0)
		exit(2);
	if (child == 0)
		run_from(*n, ends[1]);
	close(ends[1]);
	while (read(ends[0], &verdict, 1) == 1)
		failed += report((*n)++, verdict == '+');
	close(ends[0]);
	waitpid(child, NULL, 0);
	if (nth(*n) != NULL) /* the child did not come to the end */
		failed += report((*n)++, false);
	return failed;
}

int main(void)
{
	unsigned int failed = 0;
	unsigned int n = 0;

	while (nth(n) != NULL)
		failed += run_child(&n);
	printf("1..%u\n", n);
	return failed == 0 ? 0 : 1;
}
