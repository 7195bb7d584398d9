// Pack writes the modules of a repository into a module proxy made of files, as a proxy on the
// network would serve them: from the tag of each, without nested modules, within the limits of a
// module zip.
//
//	pack repository proxy version directory [directory ...]
//
// A directory is relative to the repository; "." is the module at its root. Set GOPROXY to file://
// and the proxy's path to use what it wrote.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 4 {
		return errors.New("usage: pack repository proxy version directory [directory ...]")
	}
	repository, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	for _, dir := range args[3:] {
		name, err := pack(repository, args[1], args[2], dir)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		fmt.Printf("    %s %s\n", name, args[2])
	}
	return nil
}

// pack writes a module version of a git repository into a file tree with the layout of a Go module
// proxy. dir is the directory of the module in the repository, "." for the root. The tag is version
// in the root module, and dir/version in other modules. pack writes the list of versions, which
// contains only this version, and the .info, .mod and .zip files of the version, below the
// directory proxy. It replaces existing files. It returns the path of the module.
//
// Errors: a tag or a go.mod that git does not find; a module path or a version that is not valid;
// those of writing the files.
func pack(repository, proxy, version, dir string) (string, error) {
	tag := path.Join(dir, version) // "v0.1.0", "storage/pgstore/v0.1.0"
	git := func(args ...string) ([]byte, error) {
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Stderr = repository, os.Stderr
		return cmd.Output()
	}
	mod, err := git("show", tag+":"+path.Join(dir, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("go.mod of tag %s: %w", tag, err)
	}
	m := module.Version{Path: modfile.ModulePath(mod), Version: version}
	if err := module.Check(m.Path, m.Version); err != nil {
		return "", err
	}
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return "", err
	}
	stamp, err := git("log", "-1", "--format=%cI", tag)
	if err != nil {
		return "", err
	}
	at, err := time.Parse(time.RFC3339+"\n", string(stamp))
	if err != nil {
		return "", err
	}
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{version, at.UTC()})
	if err != nil {
		return "", err
	}

	to := filepath.Join(proxy, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(to, 0o755); err != nil {
		return "", err
	}
	for name, data := range map[string][]byte{"list": []byte(version + "\n"), version + ".info": info, version + ".mod": mod} {
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return "", err
		}
	}
	f, err := os.Create(filepath.Join(to, version+".zip"))
	if err != nil {
		return "", err
	}
	subdir := dir
	if dir == "." {
		subdir = ""
	}
	return m.Path, errors.Join(zip.CreateFromVCS(f, m, repository, tag, subdir), f.Close())
}
