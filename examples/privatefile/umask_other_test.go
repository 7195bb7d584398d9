//go:build !unix

package privatefile_test

import "testing"

func setUmask(t *testing.T, _ int) {
	t.Helper()
	t.Skip("this system has no umask and no modes of files")
}
