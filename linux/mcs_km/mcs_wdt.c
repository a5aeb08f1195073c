// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: the watchdog that the description gives this VM, as a watchdog device of the kernel's.
 *
 * The base's counts from the VM's start and cannot be stopped, nor its period be changed. So it
 * is registered as running: until a program opens /dev/watchdog, and after one has closed it
 * with a 'V', the kernel's watchdog thread feeds it; and so too where a program asks for a
 * timeout longer than the period. A kernel that has crashed feeds nothing.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/watchdog.h>

#include "mcs.h"
#include "mcs_compat.h"

static bool mcs_nowayout = WATCHDOG_NOWAYOUT;
module_param_named(nowayout, mcs_nowayout, bool, 0444);
MODULE_PARM_DESC(nowayout, "once a program has opened the watchdog, the kernel never feeds it in that program's place");

static int mcs_wdt_ping(struct watchdog_device *wdd)
{
	u64 due_ms;

	return mcs_hyp_watchdog(&due_ms);
}

static const struct watchdog_info mcs_wdt_info = {
	.options = WDIOF_KEEPALIVEPING | WDIOF_SETTIMEOUT | WDIOF_MAGICCLOSE,
	.identity = "fusiondock",
};

/* There is no stop: with that the core feeds on, as said above. */
static const struct watchdog_ops mcs_wdt_ops = {
	.owner = THIS_MODULE,
	.start = mcs_wdt_ping,
	.ping = mcs_wdt_ping,
};

/*
 * A timeout below the period cannot be kept, so none is taken: the least is the period in whole
 * seconds, and what is longer the core makes of several feedings.
 */
static void mcs_wdt_set_times(struct watchdog_device *wdd, u64 due_ms)
{
	wdd->max_hw_heartbeat_ms = min_t(u64, due_ms, UINT_MAX);
	wdd->min_timeout = DIV_ROUND_UP(wdd->max_hw_heartbeat_ms, 1000);
	wdd->timeout = wdd->min_timeout;
}

/* A VM without a watchdog, or on a base without any, has no device. */
int mcs_wdt_probe(struct device *dev)
{
	struct watchdog_device *wdd;
	u64 due_ms;
	int err = mcs_hyp_watchdog(&due_ms);

	if (err == -ENODEV || err == -EOPNOTSUPP)
		return 0;
	if (!err && !due_ms)
		err = -EIO;
	if (err) {
		dev_err(dev, "the base does not tell the period of the watchdog (%d)\n", err);
		return err;
	}
	wdd = devm_kzalloc(dev, sizeof(*wdd), GFP_KERNEL);
	if (!wdd)
		return -ENOMEM;
	wdd->info = &mcs_wdt_info;
	wdd->ops = &mcs_wdt_ops;
	wdd->parent = dev;
	mcs_wdt_set_times(wdd, due_ms);
	watchdog_set_nowayout(wdd, mcs_nowayout);
	set_bit(WDOG_HW_RUNNING, &wdd->status);
	return devm_watchdog_register_device(dev, wdd);
}
