// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const FUNCTIONS_SECURITY = `
int security_bprm_check(struct linux_binprm *bprm);
int security_bprm_creds_for_exec(struct linux_binprm *bprm);
void security_bprm_committed_creds(const struct linux_binprm *bprm);
int security_file_open(struct file *file);
int security_file_permission(struct file *file, int mask);
int security_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
int security_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot);
int security_file_lock(struct file *file, unsigned int cmd);
void security_file_free(struct file *file);
int security_file_alloc(struct file *file);
int security_mmap_file(struct file *file, unsigned long prot, unsigned long flags);
int security_mmap_addr(unsigned long addr);
int security_inode_create(struct inode *dir, struct dentry *dentry, umode_t mode);
int security_inode_unlink(struct inode *dir, struct dentry *dentry);
int security_inode_mkdir(struct inode *dir, struct dentry *dentry, umode_t mode);
int security_inode_rmdir(struct inode *dir, struct dentry *dentry);
int security_inode_rename(struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
  struct dentry *new_dentry, unsigned int flags);
int security_inode_link(struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry);
int security_inode_symlink(struct inode *dir, struct dentry *dentry, const char *old_name);
int security_inode_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, dev_t dev);
int security_inode_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr);
int security_inode_getattr(const struct path *path);
int security_inode_permission(struct inode *inode, int mask);
int security_inode_setxattr(struct mnt_idmap *idmap, struct dentry *dentry, const char *name, const void *value,
  size_t size, int flags);
int security_inode_getxattr(struct dentry *dentry, const char *name);
int security_inode_follow_link(struct dentry *dentry, struct inode *inode, bool rcu);
int security_path_unlink(const struct path *dir, struct dentry *dentry);
int security_path_mkdir(const struct path *dir, struct dentry *dentry, umode_t mode);
int security_path_rename(const struct path *old_dir, struct dentry *old_dentry, const struct path *new_dir,
  struct dentry *new_dentry, unsigned int flags);
int security_path_truncate(const struct path *path);
int security_path_chmod(const struct path *path, umode_t mode);
int security_path_chown(const struct path *path, kuid_t uid, kgid_t gid);
int security_task_alloc(struct task_struct *task, u64 clone_flags);
int security_task_kill(struct task_struct *p, struct kernel_siginfo *info, int sig, const struct cred *cred);
int security_task_setnice(struct task_struct *p, int nice);
int security_task_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
  unsigned long arg5);
int security_task_fix_setuid(struct cred *new, const struct cred *old, int flags);
int security_task_setrlimit(struct task_struct *p, unsigned int resource, struct rlimit *new_rlim);
int security_socket_create(int family, int type, int protocol, int kern);
int security_socket_connect(struct socket *sock, struct sockaddr *address, int addrlen);
int security_socket_bind(struct socket *sock, struct sockaddr *address, int addrlen);
int security_socket_listen(struct socket *sock, int backlog);
int security_socket_accept(struct socket *sock, struct socket *newsock);
int security_socket_sendmsg(struct socket *sock, struct msghdr *msg, int size);
int security_socket_recvmsg(struct socket *sock, struct msghdr *msg, int size, int flags);
int security_socket_setsockopt(struct socket *sock, int level, int optname);
int security_sk_alloc(struct sock *sk, int family, gfp_t priority);
int security_sb_mount(const char *dev_name, const struct path *path, const char *type, unsigned long flags,
  void *data);
int security_sb_umount(struct vfsmount *mnt, int flags);
int security_move_mount(const struct path *from_path, const struct path *to_path);
int security_ptrace_access_check(struct task_struct *child, unsigned int mode);
int security_kernel_read_file(struct file *file, enum kernel_read_file_id id, bool contents);
int security_kernel_module_request(char *kmod_name);
int security_kernel_load_data(enum kernel_load_data_id id, bool contents);
int security_bpf_map(struct bpf_map *map, fmode_t fmode);
int security_bpf_prog(struct bpf_prog *prog);
int security_settime64(const struct timespec64 *ts, const struct timezone *tz);
int security_key_alloc(struct key *key, const struct cred *cred, unsigned long flags);
int security_perf_event_open(int type);
int security_locked_down(enum lockdown_reason what);
int security_unix_stream_connect(struct sock *sock, struct sock *other, struct sock *newsk);
int security_capget(const struct task_struct *target, kernel_cap_t *effective, kernel_cap_t *inheritable,
  kernel_cap_t *permitted);
void security_inet_conn_established(struct sock *sk, struct sk_buff *skb);
void security_sk_clone(const struct sock *sk, struct sock *newsk);
int bpf_lsm_bprm_check_security(struct linux_binprm *bprm);
int bpf_lsm_bprm_creds_for_exec(struct linux_binprm *bprm);
void bpf_lsm_bprm_committed_creds(const struct linux_binprm *bprm);
int bpf_lsm_file_open(struct file *file);
int bpf_lsm_file_permission(struct file *file, int mask);
int bpf_lsm_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
int bpf_lsm_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot);
int bpf_lsm_file_lock(struct file *file, unsigned int cmd);
int bpf_lsm_mmap_file(struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags);
int bpf_lsm_inode_create(struct inode *dir, struct dentry *dentry, umode_t mode);
int bpf_lsm_inode_unlink(struct inode *dir, struct dentry *dentry);
int bpf_lsm_inode_mkdir(struct inode *dir, struct dentry *dentry, umode_t mode);
int bpf_lsm_inode_rmdir(struct inode *dir, struct dentry *dentry);
int bpf_lsm_inode_rename(struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
  struct dentry *new_dentry);
int bpf_lsm_inode_link(struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry);
int bpf_lsm_inode_symlink(struct inode *dir, struct dentry *dentry, const char *old_name);
int bpf_lsm_inode_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, dev_t dev);
int bpf_lsm_inode_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr);
int bpf_lsm_inode_getattr(const struct path *path);
int bpf_lsm_inode_permission(struct inode *inode, int mask);
int bpf_lsm_inode_setxattr(struct mnt_idmap *idmap, struct dentry *dentry, const char *name, const void *value,
  size_t size, int flags);
int bpf_lsm_inode_getxattr(struct dentry *dentry, const char *name);
void bpf_lsm_inode_free_security(struct inode *inode);
int bpf_lsm_path_unlink(const struct path *dir, struct dentry *dentry);
int bpf_lsm_path_mkdir(const struct path *dir, struct dentry *dentry, umode_t mode);
int bpf_lsm_path_rename(const struct path *old_dir, struct dentry *old_dentry, const struct path *new_dir,
  struct dentry *new_dentry, unsigned int flags);
int bpf_lsm_path_chmod(const struct path *path, umode_t mode);
int bpf_lsm_path_chown(const struct path *path, kuid_t uid, kgid_t gid);
int bpf_lsm_task_alloc(struct task_struct *task, u64 clone_flags);
void bpf_lsm_task_free(struct task_struct *task);
int bpf_lsm_task_kill(struct task_struct *p, struct kernel_siginfo *info, int sig, const struct cred *cred);
int bpf_lsm_task_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
  unsigned long arg5);
int bpf_lsm_task_setnice(struct task_struct *p, int nice);
int bpf_lsm_task_fix_setuid(struct cred *new, const struct cred *old, int flags);
int bpf_lsm_socket_create(int family, int type, int protocol, int kern);
int bpf_lsm_socket_post_create(struct socket *sock, int family, int type, int protocol, int kern);
int bpf_lsm_socket_connect(struct socket *sock, struct sockaddr *address, int addrlen);
int bpf_lsm_socket_bind(struct socket *sock, struct sockaddr *address, int addrlen);
int bpf_lsm_socket_listen(struct socket *sock, int backlog);
int bpf_lsm_socket_accept(struct socket *sock, struct socket *newsock);
int bpf_lsm_socket_sendmsg(struct socket *sock, struct msghdr *msg, int size);
int bpf_lsm_socket_recvmsg(struct socket *sock, struct msghdr *msg, int size, int flags);
int bpf_lsm_sk_alloc_security(struct sock *sk, int family, gfp_t priority);
int bpf_lsm_sb_mount(const char *dev_name, const struct path *path, const char *type, unsigned long flags,
  void *data);
int bpf_lsm_sb_umount(struct vfsmount *mnt, int flags);
int bpf_lsm_move_mount(const struct path *from_path, const struct path *to_path);
int bpf_lsm_ptrace_access_check(struct task_struct *child, unsigned int mode);
int bpf_lsm_kernel_read_file(struct file *file, enum kernel_read_file_id id, bool contents);
int bpf_lsm_kernel_module_request(char *kmod_name);
int bpf_lsm_bpf_map(struct bpf_map *map, fmode_t fmode);
int bpf_lsm_bpf_prog(struct bpf_prog *prog);
int bpf_lsm_capable(const struct cred *cred, struct user_namespace *ns, int cap, unsigned int opts);
int bpf_lsm_cred_prepare(struct cred *new, const struct cred *old, gfp_t gfp);
int bpf_lsm_settime(const struct timespec64 *ts, const struct timezone *tz);
int bpf_lsm_locked_down(enum lockdown_reason what);
int bpf_lsm_userns_create(const struct cred *cred);
int bpf_lsm_perf_event_open(int type);
int bpf_lsm_unix_stream_connect(struct sock *sock, struct sock *other, struct sock *newsk);
int bpf_lsm_key_alloc(struct key *key, const struct cred *cred, unsigned long flags);
`;
