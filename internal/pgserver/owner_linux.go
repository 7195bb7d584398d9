package pgserver

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
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

// killAll kills the process p and its children, and waits at most 30 seconds for the end of the
// children, which hold the server's port and memory. killAll first stops p by SIGSTOP, so that p
// starts no more children. Errors are ignored.
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
	limit := time.Now().Add(patience)
	for _, child := range children {
		for running(child) && time.Now().Before(limit) {
			time.Sleep(time.Millisecond)
		}
	}
}

// running reports whether a process runs. A dead process that its parent has not waited for does
// not run.
func running(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // its name is before
	return rest != "" && rest[0] != 'Z' && rest[0] != 'X'
}
