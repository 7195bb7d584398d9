package pgserver

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// attributes makes a process run as its owner, and end with the tests even where those are killed.
func attributes(run *owner) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if run != nil {
		a.Credential = &syscall.Credential{Uid: uint32(run.uid), Gid: uint32(run.gid)}
	}
	return a
}

// killAll ends a process and its children at once. It is stopped first, so that it makes no more of them meanwhile.
func killAll(p *os.Process) {
	_ = p.Signal(syscall.SIGSTOP)
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", p.Pid))
	_ = p.Kill()
	for _, child := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
