/**
 * Tracepoints of kernels that are built with more than the one which `scripts/kernel-facts.mjs` asked: scheduler
 * statistics, modules, SCSI, NVMe, switched-off interrupts.
 * Source: include/trace/events and drivers/nvme/host/trace.h, v6.12.
 */
export const TRACEPOINTS_BY_HAND = `
# sched
sched_stat_template(struct task_struct *tsk, u64 delay) = sched_stat_blocked sched_stat_iowait sched_stat_sleep
  sched_stat_wait {
  __data_loc char[] comm; pid_t pid; u64 delay; }
# module
module_free(struct module *mod) {
  __data_loc char[] name; }
module_load(struct module *mod) {
  unsigned int taints; __data_loc char[] name; }
module_refcnt(struct module *mod, unsigned long ip) = module_get module_put {
  unsigned long ip; int refcnt; __data_loc char[] name; }
module_request(char *name, bool wait, unsigned long ip) {
  unsigned long ip; bool wait; __data_loc char[] name; }
# preemptirq
preemptirq_template(unsigned long ip, unsigned long parent_ip) = irq_disable irq_enable preempt_disable preempt_enable {
  s32 caller_offs; s32 parent_offs; }
# context_tracking
context_tracking_user(int dummy) = user_enter user_exit {
  int dummy; }
# scsi
scsi_cmd_done_timeout_template(struct scsi_cmnd *cmd) = scsi_dispatch_cmd_done scsi_dispatch_cmd_timeout {
  unsigned int host_no; unsigned int channel; unsigned int id; unsigned int lun; int result; unsigned int opcode;
  unsigned int cmd_len; int driver_tag; int scheduler_tag; unsigned int data_sglen; unsigned int prot_sglen;
  unsigned char prot_op; __data_loc unsigned char[] cmnd; u8 sense_key; u8 asc; u8 ascq; }
scsi_dispatch_cmd_error(struct scsi_cmnd *cmd, int rtn) {
  unsigned int host_no; unsigned int channel; unsigned int id; unsigned int lun; int rtn; unsigned int opcode;
  unsigned int cmd_len; int driver_tag; int scheduler_tag; unsigned int data_sglen; unsigned int prot_sglen;
  unsigned char prot_op; __data_loc unsigned char[] cmnd; }
scsi_dispatch_cmd_start(struct scsi_cmnd *cmd) {
  unsigned int host_no; unsigned int channel; unsigned int id; unsigned int lun; unsigned int opcode;
  unsigned int cmd_len; int driver_tag; int scheduler_tag; unsigned int data_sglen; unsigned int prot_sglen;
  unsigned char prot_op; __data_loc unsigned char[] cmnd; }
# nvme
nvme_complete_rq(struct request *req) {
  char disk[32]; int ctrl_id; int qid; int cid; u64 result; u8 retries; u8 flags; u16 status; }
nvme_setup_cmd(struct request *req, struct nvme_command *cmd) {
  char disk[32]; int ctrl_id; int qid; u8 opcode; u8 flags; u8 fctype; u16 cid; u32 nsid; bool metadata; u8 cdw10[24]; }
`;
