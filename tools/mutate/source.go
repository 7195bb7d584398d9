package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// source is one package, parsed and type-checked.
type source struct {
	path, dir string
	fset      *token.FileSet
	files     []*ast.File
	text      map[string][]byte // by file name
	info      *types.Info
	pkg       *types.Package
}

// listed is a package in the output of go list.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	DepOnly                 bool
}

// load parses and type-checks the packages that the patterns match, in the module of the current
// directory. It returns one source for each matched package, and none for the dependencies. A
// source contains no test files. load runs go list, which also compiles the dependencies. Errors:
// those of go list; the error of the first package that cannot be read, parsed or type-checked.
func load(patterns []string) ([]*source, error) {
	cmd := exec.Command("go", append([]string{"list", "-export", "-deps",
		"-json=ImportPath,Dir,Export,GoFiles,DepOnly"}, patterns...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	var wanted []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly {
			wanted = append(wanted, l)
		}
	}
	var sources []*source
	for _, l := range wanted {
		s, err := parse(l, exports)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}

func parse(l listed, exports map[string]string) (*source, error) {
	s := &source{
		path: l.ImportPath, dir: l.Dir, fset: token.NewFileSet(), text: map[string][]byte{},
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		},
	}
	for _, name := range l.GoFiles {
		file := filepath.Join(l.Dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		tree, err := parser.ParseFile(s.fset, file, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.files, s.text[file] = append(s.files, tree), text
	}
	config := types.Config{Importer: importer.ForCompiler(s.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	var err error
	if s.pkg, err = config.Check(l.ImportPath, s.fset, s.files, s.info); err != nil {
		return nil, err
	}
	return s, nil
}

// span is a part of a file, by byte offsets.
type span struct{ from, to int }

func (s *source) span(n ast.Node) span {
	return span{s.fset.Position(n.Pos()).Offset, s.fset.Position(n.End()).Offset}
}

func (s *source) file(n ast.Node) string { return s.fset.Position(n.Pos()).Filename }

// code returns the text of a node.
func (s *source) code(n ast.Node) string {
	at := s.span(n)
	return string(s.text[s.file(n)][at.from:at.to])
}

// typeText returns the type t as source text of the package, with the package names of other
// packages.
func (s *source) typeText(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == s.pkg {
			return ""
		}
		return p.Name()
	})
}
