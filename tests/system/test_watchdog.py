#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The watchdog of VM 0 through Linux's /dev/watchdog: who feeds it, and what happens when nobody does."""
from shell import Commands
from tap import boot, check, run

PERIOD = 5  # seconds, of systems/watchdog.dts
ROOM = "/sys/class/watchdog/watchdog0"
SHELL = None


def alive_for_more_than_a_period():
    SHELL.run(f"sleep {PERIOD + 3}", timeout=60)
    check(not [line for line in SHELL.machine.lines("base") if "watchdog" in line], "the base has taken VM 0 for dead")


def the_kernel_feeds_it_at_first():
    global SHELL
    machine = boot("watchdog")
    SHELL = Commands(machine)
    machine.start()
    SHELL.ready()
    for name, value in (("identity", "fusiondock"), ("timeout", str(PERIOD)), ("state", "inactive"), ("nowayout", "0")):
        check(SHELL.run(f"cat {ROOM}/{name}").strip() == value, f"{name} is not {value}")
    alive_for_more_than_a_period()


def the_driver_stays():
    SHELL.run("rmmod mcs_km", 1)


def a_program_feeds_it():
    SHELL.run("watchdog -t 1 -T 20 /dev/watchdog")
    check(SHELL.run(f"cat {ROOM}/state ; cat {ROOM}/timeout").split() == ["active", "20"], "not in the program's hands")
    alive_for_more_than_a_period()


def a_program_that_ends_in_order_leaves_it_to_the_kernel():
    SHELL.run("killall watchdog; while pidof watchdog; do sleep 0.1; done")
    check(SHELL.run(f"cat {ROOM}/state").strip() == "inactive", "still in the program's hands")
    alive_for_more_than_a_period()


def a_timeout_below_the_period_is_refused():
    check("Invalid argument" in SHELL.run("watchdog -F -t 1 -T 2 /dev/watchdog & sleep 1; kill $!; wait"),
          "nobody would act on it, and it was accepted")


def a_program_that_dies_ends_the_vm():
    SHELL.run("watchdog -t 1 -T 5 /dev/watchdog; sleep 1; killall -9 watchdog")
    SHELL.machine.expect(r"VM 0 \(openEuler-rt\): missed its watchdog", 60, source="base")
    SHELL.machine.expect(r"VM 0 \(openEuler-rt\): started again after a fault, 1 of 2 times", 30, source="base")
    SHELL.ready()
    check("running" in SHELL.run("shmctl vm list") and "epoch 2" in SHELL.run("shmctl vm list"), "no second life")


def the_machine_ends():
    SHELL.machine.send(b"exit\n")
    SHELL.machine.expect(r"VM 0 \(openEuler-rt\): off", 30, source="base")
    check(SHELL.machine.quit() == 0, "the console ends the machine")


try:
    run(the_kernel_feeds_it_at_first, the_driver_stays, a_program_feeds_it,
        a_program_that_ends_in_order_leaves_it_to_the_kernel, a_timeout_below_the_period_is_refused,
        a_program_that_dies_ends_the_vm, the_machine_ends)
finally:
    if SHELL is not None:
        SHELL.machine.kill()
