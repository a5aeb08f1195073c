/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

/* Before any PRT_Task* call: empty tables and the idle task. */
void task_init(void);

#endif
