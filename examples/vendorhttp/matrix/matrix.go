// Package matrix writes the compatibility matrix of the vendors' adapters, docs/compatibility.md,
// from the tests that prove it. A row contains a sentence of a vendor's document, a label that says
// how sure it is that the vendor's system behaves so, and the test. The table is the test:
//
//	func TestMatrix(t *testing.T) {
//		matrix.Run(t, matrix.Table{
//			Vendor: "Voximplant", Document: "Management API, Users",
//			Sections: []matrix.Section{{Name: "AddUser", Rows: []matrix.Row{
//				matrix.Documented.Row("Adds a new user.", addsANewUser),
//			}}},
//		})
//	}
//
// Run runs every row as a subtest. It fails if the vendor's part of the committed file differs from
// the table; with -update it writes that part instead. So every row has a test that passes.
package matrix

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Label says how sure it is that the vendor's system behaves as a row says.
type Label string

// The labels.
const (
	Documented Label = "documented" // a sentence of the vendor's document says it
	Observed   Label = "observed"   // the vendor's other material or official clients show it
	Assumed    Label = "assumed"    // a decision of this project, because the documents are silent, contradict themselves or are wrong
)

// Row is one sentence of a document, or one decision of this project, and the test that proves it.
type Row struct {
	Sentence string
	Label    Label
	Test     func(*testing.T)
}

// Row returns a row of the table with the sentence, this label and the test.
func (l Label) Row(sentence string, test func(*testing.T)) Row { return Row{sentence, l, test} }

// Section is the part of a document that is about one call, or one subject.
type Section struct {
	Name string
	Rows []Row
}

// Table is a vendor's part of the matrix.
type Table struct {
	Vendor   string // "Voximplant": its heading, and in lower case the name of its folder
	Document string
	Sections []Section
}

// File is the path of the matrix, relative to a vendor's folder.
const File = "../../docs/compatibility.md"

var update = flag.Bool("update", false, "write the vendor's part of docs/compatibility.md")

// Run runs the test of every row as a subtest. Then it fails the test if the vendor's part of the
// committed file docs/compatibility.md differs from the table. With the flag -update, Run writes
// that part instead.
//
// Run fails at once, before any subtest, in these cases:
//
//   - a row has no test
//   - a sentence has no ASCII letter, digit or hyphen, so the subtest would have no name
//   - two sentences of a section give the same name of a subtest
//   - a label is not Documented, Observed or Assumed
func Run(t *testing.T, table Table) {
	t.Helper()
	if p := problem(table); p != "" {
		t.Fatal(p)
	}
	for _, s := range table.Sections {
		t.Run(slug(s.Name), func(t *testing.T) {
			for _, row := range s.Rows {
				t.Run(slug(row.Sentence), row.Test)
			}
		})
	}
	compare(t, table, t.Name())
}

// problem returns a text about the first mistake in the table, or "" if there is none. Run lists
// the mistakes.
func problem(table Table) string {
	for _, s := range table.Sections {
		seen := map[string]bool{}
		for _, row := range s.Rows {
			name := slug(row.Sentence)
			switch {
			case name == "" || row.Test == nil:
				return fmt.Sprintf("%s: %q has no test", s.Name, row.Sentence)
			case seen[name]:
				return fmt.Sprintf("%s: %q stands there twice", s.Name, row.Sentence)
			case row.Label != Documented && row.Label != Observed && row.Label != Assumed:
				return fmt.Sprintf("%s: %q has the label %q", s.Name, row.Sentence, row.Label)
			}
			seen[name] = true
		}
	}
	return ""
}

// maxSlug bounds the name of a test, in bytes.
const maxSlug = 72

// slug makes the name of a subtest from a sentence. It keeps ASCII letters, digits, "_", "-" and
// ".", and replaces each run of other characters with one "_". It cuts the name off at maxSlug
// bytes, and removes "_" and "." from both ends.
func slug(sentence string) string {
	var b strings.Builder
	for _, r := range sentence {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '.':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	return strings.Trim(b.String(), "_.")
}

const title = `# Compatibility

What each vendor's adapter does, sentence by sentence of the vendor's document, and at the end what a host's own words do
(Authorizer). This file is made from the tests: each row is a subtest, and a row without a passing test fails the build. What
a document has beside its sentences (headings, links, when a page was edited) has no row.

- *documented*: a sentence of the vendor's document says it.
- *observed*: the vendor's other material or its official clients show it.
- *assumed*: the documents are silent, contradict themselves or are wrong; this is our ruling.
`

func markers(vendor string) (begin, end string) {
	name := strings.ToLower(vendor)
	return "<!-- begin " + name + " -->\n", "<!-- end " + name + " -->\n"
}

// compare fails the test if the vendor's part of docs/compatibility.md differs from the table, or
// if the file cannot be read. With the flag -update it writes that part instead. It then creates a
// missing file, and fails the test if it cannot write. test is the name of the test, which the
// error texts and the file contain.
func compare(t *testing.T, table Table, test string) {
	t.Helper()
	begin, end := markers(table.Vendor)
	want := begin + render(table, test) + end
	have, err := os.ReadFile(File)
	if err != nil && (!*update || !os.IsNotExist(err)) {
		t.Fatalf("the matrix: %v (go test -run %s -update writes it)", err, test)
	}
	text := string(have)
	if !*update {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not what the tests give; go test -run %s -update writes it", File, test)
		}
		return
	}
	if err := os.MkdirAll(filepath.Dir(File), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(File, []byte(replace(text, begin, end, want)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replace returns text, the content of the matrix file, with part in place of the vendor's old
// part. begin and end are the markers around the old part, and part contains both markers. If text
// has no old part, replace appends part. If text is empty, the result begins with the title of the
// file.
func replace(text, begin, end, part string) string {
	if text == "" {
		text = title
	}
	from, to := strings.Index(text, begin), strings.Index(text, end)
	if from < 0 || to < from {
		return text + "\n" + part
	}
	return text[:from] + part + text[to+len(end):]
}

func render(table Table, test string) string {
	var b strings.Builder
	counts := map[Label]int{}
	for _, s := range table.Sections {
		for _, row := range s.Rows {
			counts[row.Label]++
		}
	}
	fmt.Fprintf(&b, "## %s\n\n%s. %d rows documented, %d observed, %d assumed.\n", table.Vendor, table.Document,
		counts[Documented], counts[Observed], counts[Assumed])
	cell := strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", ">", "&gt;")
	for _, s := range table.Sections {
		fmt.Fprintf(&b, "\n### %s\n\n| sentence | label | test |\n|---|---|---|\n", s.Name)
		for _, row := range s.Rows {
			fmt.Fprintf(&b, "| %s | %s | `%s/%s/%s` |\n", cell.Replace(row.Sentence), row.Label, test, slug(s.Name), slug(row.Sentence))
		}
	}
	return b.String()
}
