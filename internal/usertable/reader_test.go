package usertable

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ca74b63c/roster/user"
)

var schema = user.CustomSchemaOf(
	user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin", "Utrecht"), Required: true},
	user.CustomAttribute{Name: "seniority", Type: user.CustomNumber, Min: user.NumberValue(1), Max: user.NumberValue(5)},
	user.CustomAttribute{Name: "night", Type: user.CustomBoolean},
	user.CustomAttribute{Name: "since", Type: user.CustomDate},
	user.CustomAttribute{Name: "badge", Type: user.CustomString, MaxLength: 8},
	user.CustomAttribute{Name: "desk", Type: user.CustomString, MinLength: 1},
)

// read returns each row or problem of a file as a line of text.
func read(t testing.TB, file string, options Options) string {
	t.Helper()
	if options.Schema.IsZero() {
		options.Schema = schema
	}
	r := NewReader(strings.NewReader(file), options)
	var out strings.Builder
	for {
		row, err := r.Next()
		var bad *FileError
		switch {
		case err == io.EOF:
			return out.String()
		case errors.As(err, &bad):
			if bad.Error() == "" {
				t.Error("an error has no text")
			}
			for _, p := range bad.Problems {
				fmt.Fprintf(&out, "%d %q %s; %s\n", p.Line, p.Column, p.Code, p.Allowed)
			}
			return out.String()
		case err != nil:
			t.Fatal(err)
		}
		b, err := row.Patch.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%d %s", row.Line, b)
		if row.Unread {
			out.WriteString(" unread")
		}
		if row.Password != nil {
			fmt.Fprintf(&out, " password %q", row.Password())
		}
		if row.Activation {
			out.WriteString(" activation")
		}
		for _, p := range row.Problems {
			fmt.Fprintf(&out, " %s %s %q", p.Path, p.Code, r.Column(p.Path).Name)
		}
		out.WriteByte('\n')
	}
}

type fileCase struct{ name, file, want string }

func runFiles(t *testing.T, cases []fileCase) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			if got := read(t, tt.file, Options{}); got != tt.want+"\n" {
				t.Errorf("got\n%.300s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestRows(t *testing.T) {
	runFiles(t, []fileCase{
		{"CSV", "identity.login,contact.email\nann,ann@example.com\n",
			`2 {"contact":{"email":"ann@example.com"},"identity":{"login":"ann"}}`},
		{"a mark, semicolons and CRLF", "\ufeffidentity.login;capacity.maxChats;custom.seniority\r\nann;4.0;2,5\r\n",
			`2 {"capacity":{"maxChats":4},"custom":{"seniority":2.5},"identity":{"login":"ann"}}`},
		{"tabs", "identity.login\tnames.first\nann\tAnn, Dr.\n", `2 {"identity":{"login":"ann"},"names":{"first":"Ann, Dr."}}`},
		{"a mark and the line sep=", "\ufeffsep=;\nidentity.login;names.first\nann;Ann\n", `3 {"identity":{"login":"ann"},"names":{"first":"Ann"}}`},
		{"a line break in quotes", "identity.login,identity.description\nann,\"one\r\ntwo\"\nbob,x\n",
			`2 {"identity":{"description":"one\ntwo","login":"ann"}}` + "\n" + `4 {"identity":{"description":"x","login":"bob"}}`},
		{"blank lines and blank cells at the end", "identity.login,names.first,,\n\n,,,\nann,,,\nbob\n",
			`4 {"identity":{"login":"ann"}}` + "\n" + `5 {"identity":{"login":"bob"}}`},
		{"names in any case, with spaces", " Identity.Login ,CAPACITY.MAXCHATS\nann,4\n",
			`2 {"capacity":{"maxChats":4},"identity":{"login":"ann"}}`},
		{"booleans", "access.disabled,preferences.incognito,custom.night,preferences.autoAnswer\nTRUE,FALSE,true,0\n",
			`2 {"access":{"disabled":true},"custom":{"night":true},"preferences":{"autoAnswer":false,"incognito":false}}`},
		{"lists", "capacity.skills,access.granted,management.managerOf,access.groups\n7|8,agent;supervisor,\"1, 2\",3 4\n",
			`2 {"access":{"granted":["agent","supervisor"],"groups":[3,4]},"capacity":{"skills":[7,8]},` +
				`"management":{"managerOf":[{"group":1},{"group":2}]}}`},
		{"a group, names of enumerations", "capacity.memberOf,identity.kind,presence.status\n12,Bot,ready\n",
			`2 {"capacity":{"memberOf":{"group":12}},"identity":{"kind":"bot"},"presence":{"status":"READY"}}`},
		{"JSON in a cell", "preferences.campaigns\n\"[{\"\"name\"\":\"\"spring\"\",\"\"active\"\":true}]\"\n",
			`2 {"preferences":{"campaigns":[{"name":"spring","active":true}]}}`},
		{"text that looks like a number stays text", "identity.employeeId,custom.badge\n007,4.0\n",
			`2 {"custom":{"badge":"4.0"},"identity":{"employeeId":"007"}}`},
		{"a password and an activation", "identity.login,password,activation\nann, x y ,TRUE\n",
			`2 {"identity":{"login":"ann"}} password " x y " activation`},
		{"an activation of another form", "identity.login,activation\nann,soon\n",
			`2 {"identity":{"login":"ann"}} /activation invalid "activation"`},
		{"a mark and JSON Lines", "\ufeff{}\n", `1 {}`},
		{"forms", "capacity.maxChats,access.disabled,capacity.skills,access.granted,identity.kind,custom.seniority,capacity.maxAsyncChats\n" +
			"4.5,ja,1.5,Two Words,person,1e5,99999999999999999999\n",
			`2 {} /access/disabled invalid "access.disabled" /access/granted invalid "access.granted"` +
				` /capacity/maxAsyncChats invalid "capacity.maxAsyncChats" /capacity/maxChats invalid "capacity.maxChats"` +
				` /capacity/skills invalid "capacity.skills" /custom/seniority invalid "custom.seniority" /identity/kind invalid "identity.kind"`},
		{"two commas in a number", "identity.login;custom.seniority\nann;1,2,3\n",
			`2 {"identity":{"login":"ann"}} /custom/seniority invalid "custom.seniority"`},
		{"separators in quotes", "identity.login,\"names.first\",identity.description\n\"ann\",\"a;b;c;d\",\"e\nf\"\n",
			`2 {"identity":{"description":"e\nf","login":"ann"},"names":{"first":"a;b;c;d"}}`},
		{"many blank lines", "identity.login\n" + strings.Repeat(" \n", 3*MaxLine) + "ann\n", `3145730 {"identity":{"login":"ann"}}`},
		{"many blank lines of JSON", "{}\n" + strings.Repeat("\n", 3*MaxLine) + "{}\n", "1 {}\n3145730 {}"},
		{"too many cells", "identity.login\nann,x\nbob\n", `2 {} unread  out_of_range ""` + "\n" + `3 {"identity":{"login":"bob"}}`},
		{"bytes that no storage keeps", "identity.login,names.first\nann,\xff\nbob,\x00\n",
			`2 {"identity":{"login":"ann"}} /names/first invalid_utf8 "names.first"` + "\n" +
				`3 {"identity":{"login":"bob"}} /names/first control_character "names.first"`},
		{"a quote in a cell", "identity.login,names.first\nann,a\"b\nbob,x\n",
			`2 {} unread  invalid ""` + "\n" + `3 {"identity":{"login":"bob"},"names":{"first":"x"}}`},
		{"a quote that does not end", "identity.login\nann\n\"bob\n", `2 {"identity":{"login":"ann"}}` + "\n" + `3 {} unread  invalid ""`},

		{"JSON Lines", "{\"identity\":{\"login\":\"ann\"},\"password\":\"x\",\"activation\":true}\n\n {\"names\":{\"first\":null},\"custom\":{\"site\":\"Berlin\"}}",
			`1 {"identity":{"login":"ann"}} password "x" activation` + "\n" + `3 {"custom":{"site":"Berlin"},"names":{"first":null}}`},
		{"JSON Lines with problems", "{\"identity\":{\"login\":7,\"secret\":1}}\n{\n[]\nnull\n{\"id\":7}\n{\"password\":7,\"activation\":\"x\"}\n{\"names\":{\"first\":\"\xff\"}}\n",
			`1 {} unread /identity unknown "" /identity/login invalid "identity.login"` + "\n" + `2 {} unread  invalid ""` + "\n" + `3 {} unread  invalid ""` + "\n" +
				`4 {} unread  invalid ""` + "\n" + `5 {} unread /id read_only ""` + "\n" +
				`6 {} /password invalid "password" /activation invalid "activation"` + "\n" + `7 {} unread  invalid ""`},
		{"a member twice", `{"names":{"first":"a"},"names":{"first":"b"}}`, `1 {} unread  invalid ""`},
	})
}

func TestFilesThatAreRefused(t *testing.T) {
	long := strings.Repeat("x", MaxLine+2*bufferSize+2)
	const names = "a line with the names of the columns"
	runFiles(t, []fileCase{
		{"nothing", "", `1 "" required; ` + names},
		{"a mark alone", "\ufeff", `1 "" required; ` + names},
		{"UTF-16", "\xff\xfea\x00", `1 "" invalid_utf8; a file in UTF-8; spreadsheets call it CSV UTF-8`},
		{"no header", "ann,correct horse battery\n", `1 "" unknown; ` + names},
		{"unknown columns", "identity.login,identity.logn,custom.sitee\n",
			`1 "identity.logn" unknown; the columns of the template` + "\n" + `1 "custom.sitee" unknown; the columns of the template`},
		{"a column twice", "identity.login,Identity.Login\n", `1 "Identity.Login" duplicate; each column once`},
		{"a column that only the library sets", "identity.login,version,lifecycle.created\n",
			`1 "version" read_only; columns that can be written` + "\n" + `1 "lifecycle.created" read_only; columns that can be written`},
		{"a column without a name", "identity.login,,names.first\n", `1 "" required; the name of a column`},
		{"a name for a terminal", "identity.login,\x1b[2Jx\n", `1 "` + "\ufffd" + `[2Jx" unknown; the columns of the template`},
		{"a long name", "identity.login," + strings.Repeat("y", 100) + "\n",
			`1 "` + strings.Repeat("y", 64) + `…" unknown; the columns of the template`},
		{"quotes in the header", "identity.login,a\"b\n", `1 "" invalid; ` + allowedQuotes},
		{"quotes around separators in the header", "identity.login,\"x;y;z\"\n", `1 "x;y;z" unknown; the columns of the template`},
		{"no separator", "sep=\nidentity.login\n", `1 "" unknown; ` + names},
		{"a separator of another kind", "sep=|\nidentity.login|x\n", `1 "" invalid; a comma, a semicolon or a tab between cells`},
		{"many columns", strings.Repeat("identity.login,", 1000) + "x\n", `1 "" out_of_range; at most 1,000 columns`},
		{"nothing but line breaks", "identity.login\n" + strings.Repeat("\n", 3*MaxLine), `2 "" too_long; lines of at most 1 MiB`},
		{"a long line sep=", "sep=," + long, `1 "" too_long; lines of at most 1 MiB`},
		{"a long header", long, `1 "" too_long; lines of at most 1 MiB`},
		{"a long line", "identity.login\nann\n" + long,
			`2 {"identity":{"login":"ann"}}` + "\n" + `3 "" too_long; lines of at most 1 MiB`},
		{"a long cell in quotes", "identity.login\nann\n\"" + strings.ReplaceAll(long, "xx", "x\n") + "\"",
			`2 {"identity":{"login":"ann"}}` + "\n" + `3 "" too_long; lines of at most 1 MiB`},
		{"a long line in quotes", "identity.login\n\"ann\n\"\n\"" + long,
			`2 {"identity":{"login":"ann\n"}}` + "\n" + `4 "" too_long; lines of at most 1 MiB`},
		{"a long line of JSON", "{}\n{\"a\":\"" + long, `1 {}` + "\n" + `2 "" too_long; lines of at most 1 MiB`},
	})
}

// A file without line breaks, or with nothing else, costs no more memory than a line.
func TestEndlessFiles(t *testing.T) {
	for _, unit := range []string{"x", "\"", ",", "{"} {
		r := NewReader(endless(unit), Options{})
		var err error
		for err == nil {
			_, err = r.Next()
		}
		if !errors.As(err, new(*FileError)) || r.Offset() > MaxLine+2*bufferSize {
			t.Errorf("%q: %v after %d bytes", unit, err, r.Offset())
		}
	}
}

// endless is a reader that repeats a text of one byte.
type endless string

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e[0]
	}
	return len(p), nil
}

func TestEmptyCellsClearIfTold(t *testing.T) {
	file := "identity.login,names.first,capacity.memberOf,custom.site,password,activation\nann,,,,,\n"
	for clear, want := range map[bool]string{
		false: `2 {"identity":{"login":"ann"}}`,
		true:  `2 {"capacity":{"memberOf":null},"custom":{"site":null},"identity":{"login":"ann"},"names":{"first":null}}`,
	} {
		if got := read(t, file, Options{EmptyClears: clear}); got != want+"\n" {
			t.Errorf("got %s want %s", got, want)
		}
	}
}

// After a bad header no row is read, not even one of JSON.
func TestNextAfterABadHeader(t *testing.T) {
	r := NewReader(strings.NewReader("shoes\n{\"identity\":{\"login\":\"ann\"}}\n"), Options{})
	_, first := r.Next()
	row, again := r.Next()
	if first == nil || again != first {
		t.Errorf("%v, then %v, %v", first, row, again)
	}
}

// A caller that may not know the schema learns nothing from a header.
func TestAnyCustomTakesEveryName(t *testing.T) {
	file := "identity.login,custom.a,custom.b,custom.c,custom.Bad Name\n"
	if got := read(t, file, Options{AnyCustom: true}); got != `1 "custom.Bad Name" unknown; the columns of the template`+"\n" {
		t.Error(got)
	}
	file = "custom.a,Custom.b,CUSTOM.c\nx,4.0,TRUE\n"
	if got := read(t, file, Options{AnyCustom: true}); got != `2 {"custom":{"a":"x","b":4,"c":true}}`+"\n" {
		t.Error(got)
	}
}

// A file that fails ends with its own error, wherever it fails.
func TestFilesThatFail(t *testing.T) {
	failure := errors.New("the disk fails")
	for _, file := range []string{"", "identity.login\n", "identity.login\nann\n", "{}\n", "{"} {
		r := NewReader(io.MultiReader(strings.NewReader(file), iotest.ErrReader(failure)), Options{})
		var err error
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, failure) || r.Offset() != int64(len(file)) {
			t.Errorf("%q: %v after %d bytes", file, err, r.Offset())
		}
	}
}

var update = flag.Bool("update", false, "write the golden files")

// TestColumns shows the columns of the model and of custom attributes of every type.
func TestColumns(t *testing.T) {
	var b strings.Builder
	for _, c := range Columns(schema) {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", c.Name, c.Path, c.Allowed)
	}
	const name = "testdata/columns.golden.tsv"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the columns are\n%s", got)
	}
}

// FuzzReader checks that every file is read to its end or refused, and that each row has a patch
// that can be encoded and a line that is in the file.
func FuzzReader(f *testing.F) {
	for _, file := range []string{
		"identity.login,contact.email\nann,ann@example.com\n",
		"\ufeffsep=;\r\nidentity.login;capacity.maxChats;custom.seniority\r\n\"a\nb\";4.0;2,5\r\n",
		"identity.login\tpassword\tactivation\nann\tx\tTRUE\n\n\t\t\n",
		"capacity.skills,access.granted,management.managerOf,capacity.memberOf,preferences.campaigns,identity.kind\n7|8,agent,1 2,3,[],bot\n",
		`{"identity":{"login":"ann"},"password":"x","activation":true}` + "\n\n" + `{"names":{"first":null}}`,
		"\xff\xfe", "{", "\"", ",\n,", "identity.login,x\n",
	} {
		f.Add(file, true)
		f.Add(file, false)
	}
	f.Fuzz(func(t *testing.T, file string, clears bool) {
		r := NewReader(strings.NewReader(file), Options{Schema: schema, EmptyClears: clears, AnyCustom: clears})
		last := 0
		for {
			row, err := r.Next()
			var bad *FileError
			if errors.As(err, &bad) {
				for _, p := range bad.Problems {
					if p.Line < 1 || p.Code == "" || p.Allowed == "" {
						t.Errorf("%+v says too little", p)
					}
				}
			} else if err != nil && err != io.EOF {
				t.Error(err)
			}
			if err != nil {
				return
			}
			if row.Line <= last || row.Line > strings.Count(file, "\n")+1 {
				t.Fatalf("line %d after %d, of a file of %d", row.Line, last, strings.Count(file, "\n")+1)
			}
			last = row.Line
			if _, err := json.Marshal(row.Patch); err != nil {
				t.Errorf("the patch of line %d: %v", row.Line, err)
			}
		}
	})
}
