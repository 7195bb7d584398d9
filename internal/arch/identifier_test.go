package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// retired maps names that once stood for several things each, or for nothing that a reader could
// guess, to the names that replaced them.
var retired = map[string]string{
	"scene": "readTx", "fresh": "checkVersion", "alive": "checkCall", "subject": "authorizedTarget",
	"nowhere": "noTarget", "somebody": "checkActor", "birth": "pendingUser", "bear": "insert",
	"admit": "authorizeCreate", "bury": "deleteUsers", "doomed": "toDelete", "mover": "transferPlan",
	"settle": "fillBalance", "books": "readAccount", "purse": "balanceRow", "poison": "txErr",
	"manner": "runMode", "sow": "seed", "Sow": "Seed", "Realm": "Credentials", "Birth": "NewUser",
}

// retiredPackages are former names of packages.
var retiredPackages = map[string]string{
	"together": "crossvendor", "wire": "vendorhttp", "whole": "faulttest", "turn": "fifolock",
	"trial": "enginetest", "proof": "systemtest",
}

// TestRetiredNamesDoNotReturn checks the identifiers and the package names of all Go files.
func TestRetiredNamesDoNotReturn(t *testing.T) {
	everyFile(t, func(name string, text []byte) {
		if path.Base(name) == "sight.go" {
			t.Errorf("%s: call the file visibility.go", name)
		}
		if !strings.HasSuffix(name, ".go") {
			return
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		if better := retiredPackages[tree.Name.Name]; better != "" {
			t.Errorf("%s: the package name %s is retired: %s", name, tree.Name.Name, better)
		}
		var seen []string
		ast.Inspect(tree, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || retired[id.Name] == "" || slices.Contains(seen, id.Name) {
				return true
			}
			seen = append(seen, id.Name)
			t.Errorf("%s: the name %s is retired: %s, or a word for what it is here", files.Position(id.Pos()), id.Name, retired[id.Name])
			return true
		})
	})
}
