package matrix

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var table = Table{
	Vendor: "Acme", Document: "Users API",
	Sections: []Section{{Name: "Add", Rows: []Row{
		Documented.Row("Adds a user | <b>", func(*testing.T) {}),
		Assumed.Row("more than one:\nthe last", func(*testing.T) {}),
	}}},
}

func TestRender(t *testing.T) {
	const want = "## Acme\n\nUsers API. 1 rows documented, 0 observed, 1 assumed.\n\n### Add\n\n| sentence | label | test |\n|---|---|---|\n" +
		"| Adds a user \\| &lt;b&gt; | documented | `TestMatrix/Add/Adds_a_user_b` |\n" +
		"| more than one: the last | assumed | `TestMatrix/Add/more_than_one_the_last` |\n"
	if d := cmp.Diff(want, render(table, "TestMatrix")); d != "" {
		t.Error(d)
	}
}

func TestAVendorsPartIsReplacedAndTheOthersStay(t *testing.T) {
	beginA, endA := markers("Acme")
	beginB, endB := markers("Beta")
	text := replace("", beginA, endA, beginA+"one\n"+endA)
	text = replace(text, beginB, endB, beginB+"two\n"+endB)
	text = replace(text, beginA, endA, beginA+"new\n"+endA)
	want := title + "\n" + beginA + "new\n" + endA + "\n" + beginB + "two\n" + endB
	if d := cmp.Diff(want, text); d != "" {
		t.Error(d)
	}
}

func TestSlugsAreShortAndPlain(t *testing.T) {
	if got := slug("  Übér/ weird `name`… " + strings.Repeat("x", 200)); len(got) > maxSlug || strings.ContainsAny(got, " /`") {
		t.Errorf("%q", got)
	}
}

func TestProblemsOfATable(t *testing.T) {
	test := func(*testing.T) {}
	for name, rows := range map[string][]Row{
		"no test": {{"a", Documented, nil}}, "twice": {{"a", Documented, test}, {"a", Documented, test}},
		"no sentence": {{"…", Documented, test}}, "no label": {{"a", "sure", test}},
	} {
		if problem(Table{Sections: []Section{{Name: "s", Rows: rows}}}) == "" {
			t.Errorf("%s: nothing found", name)
		}
	}
	if p := problem(table); p != "" {
		t.Error(p)
	}
}
