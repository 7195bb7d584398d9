package roster_test

import (
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
)

// methods yields the names of the exported methods of v.
func methods(v any) iter.Seq[string] {
	return func(yield func(string) bool) {
		for m := range reflect.TypeOf(v).Methods() {
			if !yield(m.Name) {
				return
			}
		}
	}
}

// TestEveryAbilityHasAnExample fails for an exported method that no file of examples calls.
func TestEveryAbilityHasAnExample(t *testing.T) {
	var examples strings.Builder
	for _, name := range must(filepath.Glob("example_*test.go")) {
		examples.Write(must(os.ReadFile(name)))
	}
	for _, v := range []any{roster.Handle{}, &roster.Directory{}} {
		for name := range methods(v) {
			if !strings.Contains(examples.String(), "."+name+"(") {
				t.Errorf("no example calls %s", name)
			}
		}
	}
}
