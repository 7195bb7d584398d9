package pgserver

import (
	"strings"
	"testing"
)

// A directory that is asked for is taken, or nothing is.
func TestProgramsThatAreAskedFor(t *testing.T) {
	t.Setenv("ROSTER_POSTGRES_BIN", t.TempDir())
	if s, err := Start(); err == nil || !strings.Contains(err.Error(), "has no initdb") {
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
