package pgserver

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Server is a PostgreSQL server. Only one goroutine at a time may use it.
type Server struct {
	dsn  string
	bin  string // "" if it is not ours
	dir  string // holds the cluster and the log
	port int
	set  []string
	run  *owner

	process *exec.Cmd
	exited  chan struct{}
}

// usual has the settings of every server. A server's own settings come after them.
var usual = []string{
	"max_connections=200", "shared_buffers=128MB", "max_wal_size=4GB", "log_min_messages=fatal", "lc_messages=C",
	"unix_socket_directories=", "listen_addresses=127.0.0.1",
}

// patience is the time limit for starting, stopping and promoting a server.
const patience = 30 * time.Second

// Start creates a new cluster in a temporary directory and returns a server on it when the server
// accepts connections. settings, such as "fsync=off", override the usual ones. The caller must call
// Close. Errors: if the programs of PostgreSQL are missing, initdb fails, or the server does not
// start within 30 seconds.
func Start(settings ...string) (*Server, error) {
	dir, err := os.MkdirTemp("", "roster-postgres-")
	if err != nil {
		return nil, err
	}
	s, err := StartIn(dir, settings...)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// StartIn is like Start, but creates the cluster in the directory dir, which must be empty. Close
// removes the content of dir, and dir itself if possible. After an error the files in dir stay.
func StartIn(dir string, settings ...string) (*Server, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir, set: settings, run: findOwner()}
	if err := s.run.give(dir); err != nil {
		return nil, err
	}
	initdb := s.command("initdb", "-D", s.data(), "-U", "roster", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	for range 3 { // another program may take the port first
		if err = s.choosePort(); err != nil {
			return nil, err
		}
		if err = s.Restart(); err == nil || !strings.Contains(err.Error(), "could not create any TCP/IP sockets") {
			break
		}
	}
	if err != nil {
		s.Kill()
		return nil, err
	}
	return s, nil
}

// choosePort finds a free port of 127.0.0.1, and stores the port in s.port and a connection string
// with the port in s.dsn. It returns an error if no port can be opened. Another process may take
// the port before the server starts.
func (s *Server) choosePort() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	s.dsn = fmt.Sprintf("host=127.0.0.1 port=%d user=roster dbname=postgres sslmode=disable", s.port)
	return l.Close()
}

// DSN returns the connection string of the server's database postgres.
func (s *Server) DSN() string { return s.dsn }

// Ours reports whether this package started the server. It returns false for the server of
// ROSTER_POSTGRES_DSN.
func (s *Server) Ours() bool { return s.bin != "" }

// Port returns the port at 127.0.0.1 of a server that this package started.
func (s *Server) Port() int { return s.port }

// Program returns the path of a program in the server's installation, "" if it is missing.
func (s *Server) Program(name string) string {
	if path := filepath.Join(s.bin, name); s.bin != "" && isFile(path) {
		return path
	}
	return ""
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = attributes(s.run)
	return cmd
}

// Restart starts a stopped or killed server at the same port, with additional settings, and returns
// when the server accepts connections. Errors: the program cannot be started; the server ends, or
// is not ready after 30 seconds (the error has the server's log).
func (s *Server) Restart(settings ...string) error {
	s.set = append(s.set, settings...)
	for limit := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if err := s.launch(); err != nil {
			return err
		}
		err := s.await(limit)
		if err == nil || !strings.Contains(err.Error(), "is still in use") || time.Now().After(limit) {
			return err
		} // processes of one that was killed are about to end, and hold its memory
	}
}

func (s *Server) launch() error {
	args := []string{"-D", s.data(), "-p", strconv.Itoa(s.port)}
	for _, list := range [][]string{usual, s.set} {
		for _, set := range list {
			args = append(args, "-c", set)
		}
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has it too
	cmd := s.command("postgres", args...)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	s.process, s.exited = cmd, exited
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	return nil
}

// await waits until the file postmaster.pid shows that the server is ready. If the process ends or
// the time limit passes first, await returns an error with the server's log.
func (s *Server) await(limit time.Time) error {
	state := "is not ready in time"
	for ended := false; !ended && time.Now().Before(limit); {
		text, _ := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
		lines := strings.Split(string(text), "\n")
		if len(lines) >= 8 && lines[0] == strconv.Itoa(s.process.Process.Pid) && strings.TrimSpace(lines[7]) == "ready" {
			return nil
		}
		select {
		case <-s.exited:
			state, ended = "ended", true
		case <-time.After(5 * time.Millisecond):
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return fmt.Errorf("postgres %s: %s", state, log)
}

// Ended reports whether the process of the server has ended. Restart can start the server again.
func (s *Server) Ended() bool {
	select {
	case <-s.exited:
		return true
	default:
		return false
	}
}

// Stop shuts the server down and ends open connections. If the server still runs after 30 seconds,
// Stop kills the server. The data stay, and Restart can start the server again. Stop does nothing
// if the server does not run.
func (s *Server) Stop() {
	if s.process == nil {
		return
	}
	if s.process.Process.Signal(os.Interrupt) != nil { // where there are no signals
		_ = s.process.Process.Kill()
	}
	select {
	case <-s.exited:
		s.process = nil
	case <-time.After(patience):
		s.Kill()
	}
}

// Kill ends the server and its processes by SIGKILL, as in a crash. The data on disk stay, and
// Restart can start the server again. Kill does nothing if the server does not run.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	killAll(s.process.Process)
	<-s.exited
	s.process = nil
}

// Close kills the server and removes its directory. It ignores errors, and does nothing to a server
// that this package did not start.
func (s *Server) Close() {
	if !s.Ours() {
		return
	}
	s.Kill()
	_ = os.RemoveAll(s.data())
	_ = os.RemoveAll(s.dir)
}
