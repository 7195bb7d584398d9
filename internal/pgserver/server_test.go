package pgserver

import (
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// takes reports whether somebody listens at the server's port.
func takes(s *Server) bool {
	c, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())), time.Second)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func is(t *testing.T, s *Server, want bool, when string) {
	t.Helper()
	if takes(s) != want {
		t.Fatalf("%s, somebody listens: %t", when, !want)
	}
}

func TestLifeOfAServer(t *testing.T) {
	s := Private(t, "fsync=off")
	is(t, s, true, "started")
	s.Stop()
	s.Stop()
	is(t, s, false, "stopped")
	ok(t, s.Restart())
	for range 3 { // its processes hold its memory for a moment more
		s.Kill()
		is(t, s, false, "killed")
		ok(t, s.Restart("work_mem=5MB"))
		is(t, s, true, "started again")
	}
	second, err := s.Standby()
	ok(t, err)
	defer second.Close()
	is(t, s, true, "the first one with a standby")
	is(t, second, true, "the standby")
	s.Close()
	is(t, s, false, "closed")
	if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
		t.Errorf("its directory after Close: %v", err)
	}
	ok(t, second.Promote())
	is(t, second, true, "promoted")
	second.Close()
	second.Close()
	is(t, second, false, "closed")
}

func TestAServerThatDoesNotStartSaysWhy(t *testing.T) {
	s := Private(t)
	s.Stop()
	if err := s.Restart("max_connections=none"); err == nil {
		t.Error("a server took a setting that is none")
	} else if want := "max_connections"; !contains(err, want) {
		t.Errorf("the error does not name %s: %v", want, err)
	}
}

// A directory that is asked for is taken, or nothing is.
func TestProgramsThatAreAskedFor(t *testing.T) {
	t.Setenv("ROSTER_POSTGRES_BIN", t.TempDir())
	if s, err := Start(); err == nil || !contains(err, "has no initdb") {
		if err == nil {
			s.Close()
		}
		t.Errorf("Start with an empty directory of programs: %v", err)
	}
}

func TestDSNWithASetting(t *testing.T) {
	for dsn, want := range map[string]string{
		"host=a dbname=b":                 "host=a dbname=b x=1",
		"postgres://a/b":                  "postgres://a/b?x=1",
		"postgres://a/b?sslmode=disabled": "postgres://a/b?sslmode=disabled&x=1",
	} {
		if got := (&Server{dsn: dsn}).With("x=1"); got != want {
			t.Errorf("%s with x=1 is %s", dsn, got)
		}
	}
}

func contains(err error, text string) bool { return strings.Contains(err.Error(), text) }
