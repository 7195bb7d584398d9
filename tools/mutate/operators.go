package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// swaps maps each operator to those that replace it.
var swaps = map[token.Token][]token.Token{
	token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR},
	token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL}, token.REM: {token.MUL},
	token.AND: {token.OR}, token.OR: {token.AND}, token.XOR: {token.AND}, token.AND_NOT: {token.AND},
	token.SHL: {token.SHR}, token.SHR: {token.SHL},
	token.ADD_ASSIGN: {token.SUB_ASSIGN}, token.SUB_ASSIGN: {token.ADD_ASSIGN},
	token.MUL_ASSIGN: {token.QUO_ASSIGN}, token.QUO_ASSIGN: {token.MUL_ASSIGN},
	token.OR_ASSIGN: {token.AND_ASSIGN}, token.AND_ASSIGN: {token.OR_ASSIGN}, token.AND_NOT_ASSIGN: {token.OR_ASSIGN},
	token.SHL_ASSIGN: {token.SHR_ASSIGN}, token.SHR_ASSIGN: {token.SHL_ASSIGN},
	token.INC: {token.DEC}, token.DEC: {token.INC},
}

// finder collects the mutants of one package.
type finder struct {
	*source
	found  []*mutant
	within mutant // what the next ones have in common
	name   string
}

// mutants returns the mutants of the package s: those of function bodies, and those of the values
// of package-level variables. It skips constants, and declarations of several names with one list
// of values, such as a, b = 1, 2. Each mutant has an id and a key that no other mutant of the
// package has.
func mutants(s *source) []*mutant {
	f := &finder{source: s}
	for _, file := range s.files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Body != nil {
					f.name, f.within = d.Name.Name, mutant{decl: d}
					if d.Recv != nil {
						receiver, _, _ := strings.Cut(f.code(d.Recv.List[0].Type), "[")
						f.name = strings.TrimLeft(receiver, "*") + "." + f.name
					}
					f.body(d.Type, d.Body)
				}
			case *ast.GenDecl:
				f.values(d)
			}
		}
	}
	number(f.found)
	return f.found
}

// values adds the mutants of the values of a variable declaration to f.found. It skips constants.
func (f *finder) values(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		spec := spec.(*ast.ValueSpec)
		if len(spec.Names) != 1 || len(spec.Values) != 1 {
			continue
		}
		f.name, f.within = spec.Names[0].Name, mutant{value: spec}
		f.inspect(spec.Values[0], nil)
	}
}

// body adds the mutants of a function body, and of function literals in the body, to f.found. t is
// the type of the function; the result types are needed to change return statements.
func (f *finder) body(t *ast.FuncType, body ast.Node) {
	var results []types.Type
	if t.Results != nil {
		for _, field := range t.Results.List {
			for range max(1, len(field.Names)) {
				results = append(results, f.info.TypeOf(field.Type))
			}
		}
	}
	f.inspect(body, results)
}

func (f *finder) inspect(root ast.Node, results []types.Type) {
	var above []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			above = above[:len(above)-1]
			return true
		}
		around := surrounding(n, above)
		above = append(above, n)
		if r, ok := around.(*ast.ReturnStmt); ok && f.beforeFailure(n, r) {
			return true
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			f.body(n.Type, n.Body)
			above = above[:len(above)-1]
			return false
		case *ast.BinaryExpr:
			f.operator(n, n.Op, n.OpPos)
		case *ast.IncDecStmt:
			f.operator(n, n.Tok, n.TokPos)
		case *ast.AssignStmt:
			f.operator(n, n.Tok, n.TokPos)
			if n.Tok != token.DEFINE {
				f.remove(n)
			}
		case *ast.ExprStmt, *ast.DeferStmt, *ast.BranchStmt:
			f.remove(n)
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				f.replace("boolean", n, n, f.code(n.X))
			}
		case *ast.IfStmt:
			f.condition(n.Cond)
		case *ast.Ident:
			f.boolean(n, around)
		case *ast.BasicLit:
			f.literal(n, around)
		case *ast.CompositeLit:
			f.rows(n)
		case *ast.CaseClause:
			f.cases(n)
		case *ast.ReturnStmt:
			f.returns(n, results)
		}
		return true
	})
}

// surrounding returns the nearest expression or statement around n, whose text shows the change in
// the mutant's key. above lists the nodes around n, the innermost last. Without such a node it
// returns n.
func surrounding(n ast.Node, above []ast.Node) ast.Node {
	for i := len(above) - 1; i >= 0; i-- {
		switch above[i].(type) {
		case *ast.ParenExpr:
		case ast.Expr, *ast.ReturnStmt, *ast.AssignStmt, *ast.KeyValueExpr:
			return above[i]
		default:
			return n
		}
	}
	return n
}

// beforeFailure reports whether a mutant of the node n would be useless because callers ignore the
// value: n is a number or a name in the return statement r, n is not the last result, and the last
// result is not nil and not true, such as an error.
func (f *finder) beforeFailure(n ast.Node, r *ast.ReturnStmt) bool {
	if n == r {
		return false
	}
	last := r.Results[len(r.Results)-1]
	tv := f.info.Types[last]
	succeeds := tv.IsNil() || tv.Value != nil && tv.Value.Kind() == constant.Bool && constant.BoolVal(tv.Value)
	_, number := n.(*ast.BasicLit)
	_, word := n.(*ast.Ident)
	return n != last && !succeeds && (number || word)
}

// add appends a mutant to f.found. The mutant replaces the source text of the span at by text, or
// removes the source text if text is "". The key of the mutant has kind, and the text of the node
// shown before and after the change, each shortened by the function short. For a removal the key
// says "nothing" in place of the changed text.
func (f *finder) add(kind string, shown ast.Node, at span, text string) {
	m := f.within
	m.file, m.edit = f.file(shown), edit{at, text}
	m.line = f.fset.Position(shown.Pos()).Line
	whole := f.span(shown)
	before := f.text[m.file][whole.from:whole.to]
	after := "nothing"
	if text != "" {
		after = apply(before, whole.from, m.edit)
	}
	m.key = fmt.Sprintf("%s %s: %s: `%s` becomes `%s`", filepath.Base(m.file), f.name, kind, short(string(before), after), short(after, string(before)))
	f.found = append(f.found, &m)
}

func (f *finder) replace(kind string, around, n ast.Node, text string) {
	f.add(kind, around, f.span(n), text)
}

func (f *finder) remove(n ast.Node) { f.add("removal", n, f.span(n), "") }

func (f *finder) operator(n ast.Node, op token.Token, pos token.Pos) {
	from := f.fset.Position(pos).Offset
	for i, other := range swaps[op] {
		kind := "operator"
		switch op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			kind = [...]string{"boundary", "negation"}[i]
		}
		f.add(kind, n, span{from, from + len(op.String())}, other.String())
	}
}

// condition adds a mutant that negates the condition c, if c is a name, a call, a selector or an
// index expression.
func (f *finder) condition(c ast.Expr) {
	switch ast.Unparen(c).(type) {
	case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr, *ast.IndexExpr:
		f.replace("negation", c, c, "!("+f.code(c)+")")
	}
}

func (f *finder) boolean(n *ast.Ident, around ast.Node) {
	if c, ok := f.info.Uses[n].(*types.Const); ok && c.Pkg() == nil && c.Val().Kind() == constant.Bool {
		f.replace("boolean", around, n, fmt.Sprint(!constant.BoolVal(c.Val())))
	}
}

// literal adds a mutant that replaces the literal n by n + 1, and one that replaces it by n - 1.
// For the literal 0 it adds only the mutant with n + 1. It adds mutants only for integers and
// characters. shown is the node whose text the keys of the mutants show.
func (f *finder) literal(n *ast.BasicLit, shown ast.Node) {
	if n.Kind != token.INT && n.Kind != token.CHAR {
		return
	}
	f.replace("constant", shown, n, "("+n.Value+" + 1)")
	if n.Value != "0" {
		f.replace("constant", shown, n, "("+n.Value+" - 1)")
	}
}

// rows adds a mutant for each element of the composite literal n:
//
//   - In a slice or a map the mutant removes the element.
//   - In a struct the mutant removes the field with its value. rows skips fields without a name.
//   - In an array the mutant sets the element to its zero value.
//
// In structs and arrays rows also skips each value for which finder.zero reports true, such as zero
// values and the constants true and false.
func (f *finder) rows(n *ast.CompositeLit) {
	t := f.info.TypeOf(n)
	for _, row := range n.Elts {
		kv, keyed := row.(*ast.KeyValueExpr)
		switch u := t.Underlying().(type) {
		case *types.Struct:
			if !keyed || f.zero(kv.Value) {
				continue
			}
		case *types.Array:
			value := row
			if keyed {
				value = kv.Value
			}
			if !f.zero(value) {
				f.replace("row", row, value, "*new("+f.typeText(u.Elem())+")")
			}
			continue
		}
		at := f.span(row)
		rest := f.text[f.file(row)][at.to:]
		if trimmed := bytes.TrimLeft(rest, " \t\n"); bytes.HasPrefix(trimmed, []byte(",")) {
			at.to += len(rest) - len(trimmed) + 1
		}
		f.add("row", row, at, "")
	}
}

// cases adds a mutant that removes the case clause n. If the clause has several values, cases also
// adds a mutant for each value except the last one. Such a mutant removes the value. A default
// clause gives no mutant.
func (f *finder) cases(n *ast.CaseClause) {
	if n.List == nil {
		return
	}
	f.add("case", n, f.span(n), "")
	for i, x := range n.List[:len(n.List)-1] {
		at := f.span(x)
		at.to = f.span(n.List[i+1]).from
		f.add("case", x, at, "")
	}
}

// returns adds mutants of the return statement n. Each replaces one result by its zero value; a
// boolean result is negated, or replaced by true and by false. results are the types.
func (f *finder) returns(n *ast.ReturnStmt, results []types.Type) {
	if len(n.Results) != len(results) {
		return
	}
	for i, x := range n.Results {
		if f.zero(x) {
			continue
		}
		if basic, ok := results[i].Underlying().(*types.Basic); ok && basic.Info()&types.IsBoolean != 0 {
			switch ast.Unparen(x).(type) {
			case *ast.BinaryExpr:
				for _, v := range [...]string{"true", "false"} {
					f.replace("result", n, x, v)
				}
			case *ast.Ident, *ast.UnaryExpr:
			default:
				f.replace("result", n, x, "!("+f.code(x)+")")
			}
			continue
		}
		f.replace("result", n, x, "*new("+f.typeText(results[i])+")")
	}
}

// zero reports whether the expression x is nil, a constant with the zero value, or an empty literal
// of a struct or array. It also returns true for each constant boolean, true or false. It returns
// false for every other expression, even if its value turns out to be zero when the program runs.
func (f *finder) zero(x ast.Expr) bool {
	tv := f.info.Types[x]
	if tv.IsNil() {
		return true
	}
	if lit, ok := x.(*ast.CompositeLit); ok {
		switch tv.Type.Underlying().(type) {
		case *types.Struct, *types.Array:
			return len(lit.Elts) == 0
		}
		return false
	}
	if tv.Value == nil {
		return false
	}
	switch tv.Value.Kind() {
	case constant.Bool:
		return true // boolean turns it round
	case constant.String:
		return constant.StringVal(tv.Value) == ""
	default:
		return constant.Sign(tv.Value) == 0
	}
}
