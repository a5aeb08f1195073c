/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's device tree: what is read, what may be missing, what may not. */
#include "base_test.h"

#include <stdio.h>
#include <string.h>

#include "base_description.h"

static _Alignas(8) char tree[TREE_SIZE];
static struct host host;

static const char *read_edited(const struct edit *edits, size_t count)
{
	good_machine(tree);
	for (size_t n = 0; n < count; n++)
		edit_tree(tree, &edits[n]);
	return host_read(tree, &host);
}

#define READ(...)                                                                                  \
	do {                                                                                       \
		const struct edit edits[] = {__VA_ARGS__};                                         \
		assert_null(read_edited(edits, COUNT(edits)));                                     \
	} while (0)

static void the_good_machine_is_read_to_the_last_field(void **state)
{
	struct host want = good_host();

	(void)state;
	assert_null(read_edited(NULL, 0));
	want.fdt = tree;
	assert_memory_equal(&host, &want, sizeof(host));
}

struct missing {
	struct edit edit;
	const char *words;
};

static const struct missing refused[] = {
	{ERASE("/intc@8000000", NULL), "no interrupt controller compatible with \"arm,gic-v3\""},
	{TEXT("/intc@8000000", "compatible", "arm,cortex-a15-gic"), "no interrupt controller"},
	{ERASE("/intc@8000000", "reg"), "has no `reg`"},
	{SET("/intc@8000000", "reg", 0, 0x08000000, 0, 0x10000), "has no `reg`"},
	{ERASE("/memory@40000000", NULL), "no memory node"},
	{ERASE("/memory@40000000", "reg"), "no memory node"},
	{ERASE("/memory@40000000", "device_type"), "no memory node"},
	{ERASE("/cpus", NULL), "no cpu node"},
	{SET("/cpus", "#address-cells", 3), "no cpu node"},
	{ERASE("/chosen", NULL), "no bundle"},
	{ERASE("/chosen", "linux,initrd-start"), "no bundle"},
	{ERASE("/chosen", "linux,initrd-end"), "no bundle"},
	{SET("/chosen", "linux,initrd-end", 0x48000000), "no bundle"},
	{SET("/chosen", "linux,initrd-start", 0x20000000), "is not in memory"},
	{SET("/chosen", "linux,initrd-end", 0xc0000001), "is not in memory"},
	{SET("/chosen", "linux,initrd-end", 0x47000000), "is not in memory"},
};

static void what_the_base_cannot_do_without_is_named(void **state)
{
	(void)state;
	for (size_t n = 0; n < COUNT(refused); n++) {
		const char *wrong = read_edited(&refused[n].edit, 1);

		if (!wrong || !strstr(wrong, refused[n].words))
			fail_msg("expected \"%s\", got \"%s\"", refused[n].words,
				 wrong ? wrong : "no complaint");
	}
}

static void without_a_console_the_uart_is_zero(void **state)
{
	(void)state;
	READ(ERASE("/pl011@9000000", NULL));
	assert_int_equal(host.uart, 0);
	assert_int_equal(host.uart_intid, 0);
	READ(TEXT("/pl011@9000000", "compatible", "ns16550a"));
	assert_int_equal(host.uart, 0);
	READ(ERASE("/pl011@9000000", "reg"));
	assert_int_equal(host.uart, 0);
}

static void without_its_interrupt_the_uart_still_prints(void **state)
{
	(void)state;
	READ(ERASE("/pl011@9000000", "interrupts"));
	assert_int_equal(host.uart, 0x09000000);
	assert_int_equal(host.uart_intid, 0);
	/* A PPI is not what gic_enable_spi can take. */
	READ(SET("/pl011@9000000", "interrupts", 1, 1, 4));
	assert_int_equal(host.uart_intid, 0);
	READ(SET("/pl011@9000000", "interrupts", 0, 1));
	assert_int_equal(host.uart_intid, 0);
}

static void stdout_path_chooses_among_uarts(void **state)
{
	const struct edit second[] = {
		SUBNODE("/", "pl011@a000000"),
		TEXT("/pl011@a000000", "compatible", "arm,pl011"),
		SET("/pl011@a000000", "reg", 0, 0x0a000000, 0, 0x1000),
		SET("/pl011@a000000", "interrupts", 0, 8, 4),
		TEXT("/chosen", "stdout-path", "/pl011@a000000:115200n8"),
	};

	(void)state;
	assert_null(read_edited(second, COUNT(second)));
	assert_int_equal(host.uart, 0x0a000000);
	assert_int_equal(host.uart_intid, 40);
}

static void stdout_path_may_be_an_alias(void **state)
{
	(void)state;
	READ(SUBNODE("/", "aliases"), TEXT("/aliases", "serial0", "/pl011@9000000"),
	     TEXT("/chosen", "stdout-path", "serial0:115200"));
	assert_int_equal(host.uart, 0x09000000);
}

static void without_stdout_path_the_first_pl011_is_taken(void **state)
{
	(void)state;
	READ(ERASE("/chosen", "stdout-path"));
	assert_int_equal(host.uart, 0x09000000);
}

static void the_bundle_may_be_given_in_64_bits(void **state)
{
	(void)state;
	READ(SET("/memory@40000000", "reg", 0x8, 0, 0x1, 0),
	     SET("/chosen", "linux,initrd-start", 0x8, 0x1000),
	     SET("/chosen", "linux,initrd-end", 0x8, 0x3000));
	assert_int_equal(host.bundle.start, 0x800001000);
	assert_int_equal(host.bundle.size, 0x2000);
}

static void several_banks_of_memory_are_kept(void **state)
{
	(void)state;
	READ(SET("/memory@40000000", "reg", 0, 0x40000000, 0, 0x10000000, 0x8, 0, 0x1, 0),
	     SUBNODE("/", "memory@30000000"), TEXT("/memory@30000000", "device_type", "memory"),
	     SET("/memory@30000000", "reg", 0, 0x30000000, 0, 0x1000));
	assert_int_equal(host.ram_count, 3);
	assert_true(host_is_ram(&host, 0x40000000, 0x10000000));
	assert_true(host_is_ram(&host, 0x800000000, 0x100000000));
	assert_true(host_is_ram(&host, 0x30000000, 0x1000));
	assert_false(host_is_ram(&host, 0x40000000, 0x10000001));
	assert_false(host_is_ram(&host, 0x30001000, 1));
	assert_false(host_is_ram(&host, 0x2fffffff, 2));
	assert_false(host_is_ram(&host, 0x40000000, ~0ull));
}

static void reserved_memory_and_memreserve_are_kept(void **state)
{
	(void)state;
	good_machine(tree);
	edit_tree(tree, &(struct edit)SUBNODE("/", "reserved-memory"));
	edit_tree(tree, &(struct edit)SET("/reserved-memory", "#address-cells", 2));
	edit_tree(tree, &(struct edit)SET("/reserved-memory", "#size-cells", 2));
	edit_tree(tree, &(struct edit)SUBNODE("/reserved-memory", "fw@50000000"));
	edit_tree(tree, &(struct edit)SET("/reserved-memory/fw@50000000", "reg", 0, 0x50000000, 0,
					  0x1000, 0, 0x51000000, 0, 0x2000));
	assert_int_equal(fdt_add_mem_rsv(tree, 0x60000000, 0x3000), 0);
	assert_null(host_read(tree, &host));
	assert_int_equal(host.reserved_count, 3);
	assert_int_equal(host.reserved[0].start, 0x60000000);
	assert_int_equal(host.reserved[0].size, 0x3000);
	assert_int_equal(host.reserved[1].start, 0x50000000);
	assert_int_equal(host.reserved[2].start, 0x51000000);
	assert_int_equal(host.reserved[2].size, 0x2000);
}

static void a_reserved_range_that_cannot_be_kept_is_not_forgotten(void **state)
{
	(void)state;
	good_machine(tree);
	for (uint64_t n = 0; n < HOST_RANGES; n++)
		assert_int_equal(fdt_add_mem_rsv(tree, 0x60000000 + (n << 16), 0x1000), 0);
	assert_null(host_read(tree, &host));
	assert_int_equal(host.reserved_count, HOST_RANGES);
	assert_int_equal(fdt_add_mem_rsv(tree, 0x70000000, 0x1000), 0);
	assert_non_null(strstr(host_read(tree, &host), "more memory or reserved ranges"));
}

static void cores_are_their_mpidr_in_the_trees_order(void **state)
{
	(void)state;
	READ(SET("/cpus/cpu@1", "reg", 0x100), SET("/cpus/cpu@2", "reg", 0x80000003));
	assert_int_equal(host.cpus[1], 0x100);
	assert_int_equal(host.cpus[2], 0x80000003);
	READ(SET("/cpus", "#address-cells", 2), SET("/cpus/cpu@0", "reg", 0x1, 0x3),
	     SET("/cpus/cpu@1", "reg", 0, 1), SET("/cpus/cpu@2", "reg", 0, 2),
	     SET("/cpus/cpu@3", "reg", 0, 3));
	assert_int_equal(host.cpus[0], 0x100000003);
}

static void a_node_that_is_no_cpu_is_passed_over(void **state)
{
	(void)state;
	READ(SUBNODE("/cpus", "cpu-map"), ERASE("/cpus/cpu@2", "device_type"));
	assert_int_equal(host.cpu_count, 3);
	assert_int_equal(host.cpus[2], 3);
}

static void more_cores_than_the_base_knows_are_left_alone(void **state)
{
	char name[16], path[32];

	(void)state;
	good_machine(tree);
	for (unsigned int n = 4; n < HOST_CPUS + 4; n++) {
		snprintf(name, sizeof(name), "cpu@%x", n);
		snprintf(path, sizeof(path), "/cpus/%s", name);
		edit_tree(tree, &(struct edit)SUBNODE("/cpus", name));
		edit_tree(tree, &(struct edit)TEXT(path, "device_type", "cpu"));
		edit_tree(tree, &(struct edit)SET(path, "reg", n));
	}
	assert_null(host_read(tree, &host));
	assert_int_equal(host.cpu_count, HOST_CPUS);
}

static void options_are_whole_words(void **state)
{
	(void)state;
	READ(TEXT("/chosen", "bootargs", "colorful  interactive x"));
	assert_false(host_has_option(&host, "color"));
	assert_true(host_has_option(&host, "colorful"));
	assert_true(host_has_option(&host, "interactive"));
	assert_true(host_has_option(&host, "x"));
	assert_false(host_has_option(&host, "inter"));
	READ(ERASE("/chosen", "bootargs"));
	assert_false(host_has_option(&host, "color"));
}

static void long_bootargs_are_cut_and_ended(void **state)
{
	char text[301];
	const struct edit e = {EDIT_BYTES, "/chosen", "bootargs", text, sizeof(text)};

	(void)state;
	memset(text, 'a', sizeof(text));
	text[300] = 0;
	assert_null(read_edited(&e, 1));
	assert_int_equal(strlen(host.bootargs), sizeof(host.bootargs) - 1);
}

static void random_damage_of_values_does_no_harm(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint32_t first, length;

		good_machine(tree);
		fdt_pack(tree);
		first = fdt_off_dt_struct(tree);
		length = fdt_totalsize(tree) - first;
		for (uint32_t hits = 1 + fake_random(&seed) % 4; hits; hits--)
			tree[first + fake_random(&seed) % length] = (char)(fake_random(&seed) >> 8);
		host_read(tree, &host);
		assert_true(host.cpu_count <= HOST_CPUS && host.ram_count <= HOST_RANGES);
		assert_true(memchr(host.bootargs, 0, sizeof(host.bootargs)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(the_good_machine_is_read_to_the_last_field),
		BASE_TEST(what_the_base_cannot_do_without_is_named),
		BASE_TEST(without_a_console_the_uart_is_zero),
		BASE_TEST(without_its_interrupt_the_uart_still_prints),
		BASE_TEST(stdout_path_chooses_among_uarts),
		BASE_TEST(stdout_path_may_be_an_alias),
		BASE_TEST(without_stdout_path_the_first_pl011_is_taken),
		BASE_TEST(the_bundle_may_be_given_in_64_bits),
		BASE_TEST(several_banks_of_memory_are_kept),
		BASE_TEST(reserved_memory_and_memreserve_are_kept),
		BASE_TEST(a_reserved_range_that_cannot_be_kept_is_not_forgotten),
		BASE_TEST(cores_are_their_mpidr_in_the_trees_order),
		BASE_TEST(a_node_that_is_no_cpu_is_passed_over),
		BASE_TEST(more_cores_than_the_base_knows_are_left_alone),
		BASE_TEST(options_are_whole_words),
		BASE_TEST(long_bootargs_are_cut_and_ended),
		BASE_TEST(random_damage_of_values_does_no_harm),
	};

	return cmocka_run_group_tests_name("machine's device tree", tests, NULL, NULL);
}
