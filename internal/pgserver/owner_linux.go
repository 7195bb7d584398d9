package pgserver

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// attributes returns the start options of a new process. The process runs as the user run, or as
// the current user if run is nil. The kernel sends SIGQUIT to the process when the test program
// ends, even if the test program was killed.
func attributes(run *owner) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if run != nil {
		a.Credential = &syscall.Credential{Uid: uint32(run.uid), Gid: uint32(run.gid)}
	}
	return a
}

// killAll kills the process p and its children. It first stops p by SIGSTOP, so that p starts no
// more children. Errors are ignored.
func killAll(p *os.Process) {
	_ = p.Signal(syscall.SIGSTOP)
	list, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", p.Pid))
	children := strings.Fields(string(list))
	_ = p.Kill()
	for _, child := range children {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
