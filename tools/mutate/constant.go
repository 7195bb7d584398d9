package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// variableConstants returns a map that has an entry for each constant declaration of the package,
// also for declarations inside functions. The entry is true if the declaration can become a
// variable declaration while mutants run, so that a program can choose the value. In such a
// declaration each constant has a line of its own, with a type and one value. The values do not use
// iota. The constants do not occur in the value of another constant, in the length of an array or
// in a key of a composite literal, because the compiler needs a constant value in these places.
func (s *source) variableConstants() map[*ast.GenDecl]bool {
	needed := map[types.Object]bool{}
	note := func(x ast.Node) {
		if x == nil {
			return
		}
		ast.Inspect(x, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				needed[s.info.Uses[id]] = true
			}
			return true
		})
	}
	var declarations []*ast.GenDecl
	for _, f := range s.files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl:
				if n.Tok == token.CONST {
					declarations = append(declarations, n)
					for _, spec := range n.Specs {
						for _, x := range spec.(*ast.ValueSpec).Values {
							note(x)
						}
					}
				}
			case *ast.ArrayType:
				if n.Len != nil {
					note(n.Len)
				}
			case *ast.KeyValueExpr:
				note(n.Key) // the index of an array
			}
			return true
		})
	}
	variable := map[*ast.GenDecl]bool{}
	for _, d := range declarations {
		variable[d] = !slices.ContainsFunc(d.Specs, func(spec ast.Spec) bool {
			v := spec.(*ast.ValueSpec)
			return v.Type == nil || len(v.Names) != 1 || len(v.Values) != 1 || counts(v.Values[0]) || needed[s.info.Defs[v.Names[0]]]
		})
	}
	return variable
}

// counts reports whether an expression uses iota.
func counts(x ast.Expr) (found bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == "iota"
		return true
	})
	return found
}
