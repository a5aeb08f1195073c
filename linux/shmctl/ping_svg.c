// SPDX-License-Identifier: Apache-2.0
/* The histogram as a drawing: a column for each power of two, from the first with a round to the
 * last. */
#include <inttypes.h>

#include "ping.h"

#define COLUMN 48u
#define HEIGHT 240u
#define TOP 72u /* above the columns: what the figures are */
#define EDGE 24u

static void svg_mark(unsigned int x, uint64_t ns)
{
	printf("<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">%" PRIu64 ".%" PRIu64 "</text>\n", x,
	       TOP + HEIGHT + 16, ns / 1000, ns % 1000 / 100);
}

static void svg_head(const struct ping *ping, unsigned int width)
{
	unsigned int height = TOP + HEIGHT + 2 * EDGE;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\"\n"
	       " viewBox=\"0 0 %u %u\" font-family=\"sans-serif\" font-size=\"12\">\n"
	       "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
	       width, height, width, height);
	printf("<text x=\"%u\" y=\"20\" font-size=\"14\">Round trip to VM %u and back: %u of %u "
	       "answered, "
	       "%u bytes</text>\n",
	       EDGE, ping->out.region.reader, ping->done, ping->sent, ping->length);
}

static void svg_figures(const struct ping *ping)
{
	static const struct {
		const char *name;
		uint64_t permille;
	} figures[] = {{"p50", 500}, {"p99", 990}, {"p99.9", 999}, {"max", 1000}};

	printf("<text x=\"%u\" y=\"40\">", EDGE);
	for (unsigned int i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		uint64_t ns = ping_percentile(ping, figures[i].permille);

		printf("%s%s %" PRIu64 ".%03" PRIu64 " \xc2\xb5s", i > 0 ? ",\n " : "",
		       figures[i].name, ns / 1000, ns % 1000);
	}
	puts("</text>");
}

static void svg_column(unsigned int x, unsigned int count, unsigned int highest)
{
	unsigned int height = (unsigned int)((uint64_t)count * HEIGHT / highest);

	if (count == 0)
		return;
	height = height > 0 ? height : 1;
	printf("<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"#36c\"/>\n", x + 2,
	       TOP + HEIGHT - height, COLUMN - 4, height);
	printf("<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">%u</text>\n", x + COLUMN / 2,
	       TOP + HEIGHT - height - 4, count);
}

/* In short lines, as all that may go to a VM's console. */
void ping_svg(const struct ping *ping, const unsigned int *counts)
{
	unsigned int first = PING_BUCKETS, last = 0, highest = 1, x = EDGE;

	for (unsigned int i = 0; i < PING_BUCKETS; i++) {
		if (counts[i] == 0)
			continue;
		first = i < first ? i : first;
		last = i;
		highest = counts[i] > highest ? counts[i] : highest;
	}
	svg_head(ping,
		 last - first < 8 ? 9 * COLUMN + 2 * EDGE : (last - first + 1) * COLUMN + 2 * EDGE);
	if (ping->done > 0)
		svg_figures(ping);
	for (unsigned int i = first; i <= last; i++, x += COLUMN) {
		svg_column(x, counts[i], highest);
		svg_mark(x, UINT64_C(1) << i);
	}
	printf("<text x=\"%u\" y=\"%u\">\xc2\xb5s, from this time up to twice "
	       "that</text>\n</svg>\n",
	       EDGE, TOP + HEIGHT + 2 * EDGE - 12);
}
