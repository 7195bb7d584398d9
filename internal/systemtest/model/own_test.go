package model

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// The rules are the model's own: the files that hold them import the standard library and nothing
// else.
func TestRulesAreNotShared(t *testing.T) {
	for _, name := range []string{
		"custom.go", "edit.go", "life.go", "model.go", "money.go", "people.go", "power.go", "record.go", "settings.go", "stamp.go",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			if strings.Contains(i.Path.Value, ".") {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
	}
}
