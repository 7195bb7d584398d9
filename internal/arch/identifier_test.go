package arch

import (
	"go/ast"
	"path"
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
	for _, f := range files(t, goFile) {
		if path.Base(f.name) == "sight.go" {
			t.Errorf("%s: call the file visibility.go", f.name)
		}
		if better := retiredPackages[f.tree.Name.Name]; better != "" {
			t.Errorf("%s: the package name %s is retired: %s", f.name, f.tree.Name.Name, better)
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && retired[id.Name] != "" {
				t.Errorf("%s: the name %s is retired: %s, or a word for what it is here", at(id.Pos()), id.Name, retired[id.Name])
			}
			return true
		})
	}
}
