# SPDX-License-Identifier: Apache-2.0
#
# gnuplot -e "dir='build/bench'" bench/plot.gp: the two data files of shm_bench as SVG.
set terminal svg size 900,620 noenhanced font "sans-serif,14" background rgb "white"
set grid
set key below

set output dir."/throughput.svg"
set title "One way, one message after the other, two cores"
set xlabel "message size, bytes"
set ylabel "MB/s"
set logscale x 2
set format x "%.0f"
set xtics rotate by -45
# With --only another group there is nothing to plot.
if (int(system("grep -c ^[0-9] ".dir."/throughput.dat")) > 0) {
	plot dir."/throughput.dat" using 1:3 with linespoints title "two memcpys, handed over by one word", \
		"" using 1:2 with linespoints title "shm_write, shm_read", \
		"" using 1:($3 * 0.8) with lines dashtype 2 title "floor: 0.8 of memcpy (from 4096)"
}

set output dir."/latency.svg"
set title "Round trips: share that is over after a time"
set xlabel "ns"
set ylabel "%"
set yrange [0:100]
set logscale x 10
set xrange [:1e6]
set xtics norotate
plot for [i = 0:5] dir."/latency.dat" index i using 1:2 with lines linewidth 2 title columnheader(1)
