package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// selector is the name of the environment variable that selects a mutant.
const selector = "MUTANT"

// chooser is the source of a file that is added to each mutated package.
const chooser = `package %s

import "os"

// mutantID is 0 for the package as it is.
var mutantID = func() (n int) {
	for _, c := range os.Getenv("` + selector + `") {
		n = n*10 + int(c-'0')
	}
	return n
}()
`

// place is the range of lines of a mutant in an overlaid file.
type place struct {
	from, to int // lines
	m        *mutant
}

// overlay is the sources of a package with all its mutants.
type overlay struct {
	file   string             // for go test -overlay
	places map[string][]place // by the name of the file that holds the text
}

// write writes the files of an overlay into the directory dir and returns the overlay. The
// files are:
//
//   - a new text for each source file that has at least one mutant in list
//   - the file mutant_chooser.go, which reads the id of the selected mutant from the environment
//   - the file overlay.json
//
// Errors: those of writing the files.
func write(s *source, list []*mutant, dir string) (*overlay, error) {
	o := &overlay{file: filepath.Join(dir, "overlay.json"), places: map[string][]place{}}
	replaced := map[string]string{}
	put := func(name, text string) error {
		to := filepath.Join(dir, filepath.Base(name))
		replaced[name] = to
		return os.WriteFile(to, []byte(text), 0o600)
	}
	for _, tree := range s.files {
		name := s.file(tree)
		mine := filter(list, func(m *mutant) bool { return m.file == name })
		if len(mine) == 0 {
			continue
		}
		text, places := s.inject(tree, mine)
		to := filepath.Join(dir, filepath.Base(name))
		o.places[to] = places
		if err := put(name, text); err != nil {
			return nil, err
		}
	}
	if err := put(filepath.Join(s.dir, "mutant_chooser.go"), fmt.Sprintf(chooser, s.pkg.Name())); err != nil {
		return nil, err
	}
	b, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return nil, err
	}
	return o, os.WriteFile(o.file, b, 0o600)
}

// inject returns a source file with the mutants of list, and the range of lines of each mutant in
// the new text. tree is the file. For each mutant inject appends a mutated copy of the function or
// value that the mutant changes. A switch on mutantID, at the beginning of the function or around
// the value, selects a copy. The lines of the original text keep their numbers.
func (s *source) inject(tree *ast.File, list []*mutant) (string, []place) {
	name := s.file(tree)
	text := s.text[name]
	var edits []edit
	var b strings.Builder
	var places []place
	// The choices stand before the original text's lines, on one line, so that those keep their
	// numbers.
	lines := 3 + strings.Count(string(text), "\n")
	append := func(m *mutant, code string) {
		b.WriteString(code + "\n\n")
		n := strings.Count(code, "\n")
		places = slices.Concat(places, []place{{lines, lines + n, m}})
		lines += n + 2
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			mine := filter(list, func(m *mutant) bool { return m.decl == d })
			if len(mine) == 0 {
				continue
			}
			f := s.signature(d)
			edits = slices.Concat(edits, f.named, []edit{{span{f.body, f.body}, f.choice(mine)}})
			at := span{s.fset.Position(d.Type.Func).Offset, s.span(d).to}
			if d.Recv != nil {
				at.from = s.span(d.Recv).from - len("func ")
			}
			for _, m := range mine {
				rename := edit{s.span(d.Name), f.alias(m)}
				append(m, apply(text[at.from:at.to], at.from, slices.Concat(f.named, []edit{rename, m.edit})...))
			}
		case *ast.GenDecl:
			if d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				spec := spec.(*ast.ValueSpec)
				mine := filter(list, func(m *mutant) bool { return m.value == spec })
				if len(mine) == 0 {
					continue
				}
				value, kind := spec.Values[0], s.typeText(s.info.TypeOf(spec.Values[0]))
				if spec.Type != nil {
					kind = s.code(spec.Type)
				}
				at := s.span(value)
				var choice strings.Builder
				fmt.Fprintf(&choice, "func() %s { switch mutantID {", kind)
				for _, m := range mine {
					fmt.Fprintf(&choice, " case %d: return mutant%d();", m.id, m.id)
					append(m, fmt.Sprintf("func mutant%d() %s { return %s }", m.id, kind, apply(text[at.from:at.to], at.from, m.edit)))
				}
				choice.WriteString(" }; return ")
				edits = slices.Concat(edits, []edit{{span{at.from, at.from}, choice.String()}, {span{at.to, at.to}, " }()"}})
			}
		}
	}
	return apply(text, 0, edits...) + "\n\n" + b.String(), places
}

func filter(list []*mutant, f func(*mutant) bool) []*mutant {
	return slices.DeleteFunc(slices.Clone(list), func(m *mutant) bool { return !f(m) })
}

// signature is the head of a function, with a name for each parameter.
type signature struct {
	method   string // "x." of a method
	name     string
	args     string
	generics string
	returns  bool
	named    []edit // gives names to parameters without one
	body     int    // the place behind the opening brace
}

func (s *source) signature(d *ast.FuncDecl) signature {
	f := signature{name: d.Name.Name, returns: d.Type.Results != nil, body: s.fset.Position(d.Body.Lbrace).Offset + 1}
	names := 0
	called := func(field *ast.Field) (list []string) {
		for _, id := range field.Names {
			if id.Name != "_" {
				list = append(list, id.Name)
				continue
			}
			names++
			list = append(list, fmt.Sprintf("mutantArg%d", names))
			f.named = append(f.named, edit{s.span(id), list[len(list)-1]})
		}
		if len(field.Names) == 0 {
			names++
			list = append(list, fmt.Sprintf("mutantArg%d", names))
			at := s.span(field.Type).from
			f.named = append(f.named, edit{span{at, at}, list[0] + " "})
		}
		return list
	}
	if d.Recv != nil {
		f.method = called(d.Recv.List[0])[0] + "."
	}
	var args, generics []string
	for _, field := range d.Type.Params.List {
		list := called(field)
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			list[len(list)-1] += "..."
		}
		args = append(args, list...)
	}
	if d.Type.TypeParams != nil {
		for _, field := range d.Type.TypeParams.List {
			for _, id := range field.Names {
				generics = append(generics, id.Name)
			}
		}
		f.generics = "[" + strings.Join(generics, ", ") + "]"
	}
	f.args = "(" + strings.Join(args, ", ") + ")"
	return f
}

func (f signature) alias(m *mutant) string { return fmt.Sprintf("mutant%d%s", m.id, f.name) }

// choice returns the source text of a switch statement on mutantID, in one line. The switch has a
// case for each mutant of list. The case calls the function of the mutant with the arguments of the
// original function, and returns its results. If mutantID is the id of no mutant of list, the code
// behind the switch runs.
func (f signature) choice(list []*mutant) string {
	var b strings.Builder
	b.WriteString(" switch mutantID {")
	for _, m := range list {
		call := f.method + f.alias(m) + f.generics + f.args
		if f.returns {
			fmt.Fprintf(&b, " case %d: return %s;", m.id, call)
		} else {
			fmt.Fprintf(&b, " case %d: %s; return;", m.id, call)
		}
	}
	b.WriteString(" }; ")
	return b.String()
}
