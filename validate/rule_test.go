package validate

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// TestCheckSaysWhatIsWrong: one code for each kind of fault, the first in the documented order.
func TestCheckSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		rule    Rule
		profile Profile
		value   string
		want    string
	}{
		{Login, Strict, "", "/x: required (rule roster.login)"},
		{OmnideskName, Strict, "a", "/x: too_short (min 2, unit bytes)"},
		{Login, Strict, strings.Repeat("a", 255), "/x: too_long (max 254, unit bytes)"},
		{PersonName, Strict, strings.Repeat("é", 256), "/x: too_long (max 255, unit characters)"},
		{PersonName, Strict, strings.Repeat("a", 1021), "/x: too_long (max 255, unit characters)"},
		{VoximplantUserPassword, Strict, "пароль1", "/x: too_short (min 8, unit characters)"},
		{PersonName, Strict, "a\xff", "/x: invalid_utf8 (rule roster.person_name)"},
		{OmnideskQuery, Documented, "a\xff", "/x: invalid_utf8 (rule omnidesk.query)"},
		{PersonName, Strict, "a\x00", "/x: control_character (rule roster.person_name)"},
		{DisplayName, Strict, "a\u0085", "/x: control_character (rule roster.display_name)"},
		{Campaign, Strict, "a^b", "/x: pattern (rule roster.campaign, pattern ^[a-zA-Z0-9\\-_]+$)"},
		{OmnideskItemLimit, Strict, "", "/x: required (rule omnidesk.item_limit)"},
		{OmnideskItemLimit, Strict, "1000", "/x: out_of_range (min 1, max 999)"},
		{OmnideskItemLimit, Strict, "-1", "/x: pattern (rule omnidesk.item_limit, pattern ^[0-9]+$)"},
		{OmnideskItemLimit, Strict, "1\x00", "/x: control_character (rule omnidesk.item_limit)"},
		{OmnideskItemLimit, Strict, "1\xff", "/x: invalid_utf8 (rule omnidesk.item_limit)"},
		{OmnideskItemLimit, Strict, "99999999999999999999", "/x: too_long (max 19, unit bytes)"},
		{LivePersonID, Strict, "9999999999999999999", "/x: out_of_range (min 1, max 9223372036854775807)"},
	} {
		p, ok := c.rule.Check(c.profile, "/x", c.value)
		if diff := cmp.Diff(c.want, spelled(p)); ok || diff != "" {
			t.Errorf("%s on a value of %d bytes: ok %v (-want +got)\n%s", c.rule, len(c.value), ok, diff)
		}
	}
	if p, ok := OmnideskItemLimit.CheckNumber(Strict, "/x", 1000); ok || spelled(p) != "/x: out_of_range (min 1, max 999)" {
		t.Errorf("CheckNumber = %v, %v", p, ok)
	}
	if p, ok := Login.CheckNumber(Strict, "/x", 1); ok || spelled(p) != "/x: invalid (rule roster.login)" {
		t.Errorf("CheckNumber of a rule for texts = %v, %v", p, ok)
	}
}

// TestNoProblemHoldsTheValue: whatever is refused, neither the text of the error nor its JSON
// shows it.
func TestNoProblemHoldsTheValue(t *testing.T) {
	const secret = "hunter2QXJZ"
	values := []string{secret, secret + "\x00", secret + "\xff", "<" + secret + ">", secret + strings.Repeat("a", 70000)}
	var errs []error
	for _, value := range values {
		for r := range Rules() {
			for _, p := range []Profile{Strict, Documented} {
				if problem, ok := r.Check(p, "/x", value); !ok {
					errs = append(errs, problem)
				}
			}
		}
		for _, k := range keys {
			if _, err := k.of(value); err != nil {
				errs = append(errs, err)
			}
		}
	}
	if len(errs) < 100 {
		t.Fatalf("only %d refusals: the test tests nothing", len(errs))
	}
	for _, err := range errs {
		encoded, jsonErr := json.Marshal(err)
		if jsonErr != nil {
			t.Fatal(jsonErr)
		}
		if strings.Contains(err.Error(), secret) || strings.Contains(string(encoded), secret) {
			t.Errorf("the value shows: %v %s", err, encoded)
		}
	}
}

// TestAMebibyteIsRefusedByItsLength: a refusal takes less than 10 microseconds, the best of five
// batches. It takes some nanoseconds on a quiet machine, and up to a microsecond with the race
// detector on a busy one. The fastest search through a mebibyte takes 12 microseconds.
func TestAMebibyteIsRefusedByItsLength(t *testing.T) {
	const bound, rounds = 10 * time.Microsecond, 200
	calls := map[string]func(string) bool{}
	for r := range Rules() {
		for _, p := range profilesOf(r) {
			calls[r.Name()+" "+p.String()] = func(s string) bool { return r.Match(p, s) }
		}
	}
	for _, k := range keys {
		calls[k.name] = func(s string) bool { _, err := k.of(s); return err == nil }
	}
	for _, piece := range []string{"a", "é", "\xff", "\x00", "1;", "a@b.", "+"} {
		value := strings.Repeat(piece, 1<<20/len(piece))
		for name, takes := range calls {
			best := time.Hour
			for range 5 {
				start := time.Now()
				for range rounds {
					if takes(value) {
						t.Fatalf("%s takes a mebibyte", name)
					}
				}
				best = min(best, time.Since(start)/rounds)
			}
			if best >= bound {
				t.Errorf("%s takes %v to refuse a mebibyte of %q", name, best, piece)
			}
		}
	}
}

// TestMatchDoesNotAllocate: nor does Check, for what it takes, unless it is a name that has to be
// composed.
func TestMatchDoesNotAllocate(t *testing.T) {
	var c Collector
	var normal []string
	for _, value := range corpus {
		if norm.NFC.QuickSpanString(value) == len(value) {
			normal = append(normal, value)
		}
	}
	n := testing.AllocsPerRun(10, func() {
		for _, r := range []Rule{noRule, AccountID, Login, PersonName, Email, Phone, Mobile, FullName, Description} {
			for _, value := range normal {
				r.Match(Strict, value)
			}
		}
		c.Check(Login, Strict, "/login", "agent1")
		c.Check(PersonName, Strict, "/name", "Łukasz O'Brien")
		c.Optional(Email, Strict, "/email", "name@gmail.com")
		c.Range("/maxChats", 4, 0, 1000)
	})
	if n != 0 || c.Err() != nil {
		t.Errorf("%v allocations, %v", n, c.Err())
	}
}

// What is none of a few fixed words is unknown, and neither too short nor too long.
func TestAWordThatARuleDoesNotListIsUnknown(t *testing.T) {
	listing := 0
	for r := range Rules() {
		words := r.definition().words
		if words == "" {
			continue
		}
		listing++
		for _, p := range []Profile{Strict, Documented} {
			for _, word := range strings.Split(words, ", ") {
				if problem, ok := r.Check(p, "/x", word); !ok {
					t.Errorf("%v refuses %q: %v", r, word, problem)
				}
			}
			for _, s := range []string{"x", "ROLE_FOO", " " + words, strings.Repeat("x", 1<<20), "a\x00", "a\xff"} {
				problem, ok := r.Check(p, "/x", s)
				if got, _ := problem.Params.Get("words"); ok || problem.Code != Unknown || got != words || r.Match(p, s) {
					t.Errorf("%v takes %.20q for %v", r, s, problem)
				}
			}
			if problem, ok := r.Check(p, "/x", ""); ok || problem.Code != Required {
				t.Errorf("%v takes nothing for %v", r, problem)
			}
		}
	}
	if listing != 5 {
		t.Errorf("%d rules list words", listing)
	}
}

func TestStorableTexts(t *testing.T) {
	for s, code := range map[string]Code{"": "", "a": "", "é\n": "", "a\x00b": ControlCharacter, "\x00": ControlCharacter, "a\xff": InvalidUTF8, "\xff\x00": InvalidUTF8} {
		var c Collector
		ok := c.Storable("/x", s)
		if ok != (code == "") || ok != IsStorable(s) || ok != (c.Err() == nil) {
			t.Errorf("%q: %t, %v", s, ok, c.Err())
		}
		if err, is := c.Err().(*Error); is && (err.Problems[0].Code != code || err.Problems[0].Path != "/x") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// TestRuleTableGolden prints the whole table for a reader who compares it with the vendors'
// documents.
func TestRuleTableGolden(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The rules of package validate\n\nPrinted by a test. Limits are inclusive. ")
	b.WriteString("\"our limit\" marks an upper limit that the vendor does not document.\n")
	vendor := ""
	for r := range Rules() {
		if r.Vendor() != vendor {
			vendor = r.Vendor()
			fmt.Fprintf(&b, "\n## %s\n", vendor)
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n```\n", r.Name(), r.Source())
		for _, p := range []Profile{Documented, Strict} {
			min, max := r.Limits(p)
			own := ""
			if r.OwnLimit() {
				own = " (our limit)"
			}
			pattern := r.Pattern(p)
			if pattern == "" {
				pattern = "any text"
			}
			fmt.Fprintf(&b, "%-10s  %d to %d %s%s  %s\n", p, min, max, r.Unit(), own, pattern)
		}
		b.WriteString("```\n")
	}
	golden(t, "rules.golden.md", b.String())
}

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the table changed; run go test -update if that is meant (-want +got):\n%s", diff)
	}
}

// TestRuleTableIsComplete: a rule without a line, or two rules of one name, would be a hole in the
// table.
func TestRuleTableIsComplete(t *testing.T) {
	seen := map[string]bool{}
	n := 0
	for r := range Rules() {
		n++
		name := r.Name()
		if name == "" || seen[name] || !strings.HasPrefix(name, r.Vendor()+".") || r.Source() == "" {
			t.Errorf("rule %d: name %q, vendor %q, source %q", r, name, r.Vendor(), r.Source())
		}
		seen[name] = true
		if got, ok := RuleByName(name); !ok || got != r {
			t.Errorf("RuleByName(%q) = %v, %v", name, got, ok)
		}
		if min, max := r.Limits(Strict); min > max {
			t.Errorf("%s: limits %d to %d", name, min, max)
		}
		if len(r.Pattern(Strict)) > maxParamText || len(r.Pattern(Documented)) > maxParamText {
			t.Errorf("%s: a problem would cut the pattern", name)
		}
	}
	if n != int(numRules)-1 {
		t.Errorf("Rules yields %d rules, want %d", n, numRules-1)
	}
	for range Rules() {
		break // A caller may stop early.
	}
}

// TestWhatIsNoRuleMatchesNothing: a number out of the table is refused and does not panic.
func TestWhatIsNoRuleMatchesNothing(t *testing.T) {
	for _, r := range []Rule{0, numRules, 255} {
		if r.Match(Strict, "") || r.Match(Documented, "a") {
			t.Errorf("%v matches", r)
		}
		if p, ok := r.Check(Strict, "/x", "a"); ok || p.Code != Invalid {
			t.Errorf("%v: Check = %v, %v", r, p, ok)
		}
		if p, ok := r.CheckNumber(Strict, "/x", 1); ok || p.Code != Invalid || p.Path != "/x" {
			t.Errorf("%v: CheckNumber = %v, %v", r, p, ok)
		}
		if r.Name() != "" || r.Vendor() != "" || r.Pattern(Strict) != "" || !strings.HasPrefix(r.String(), "rule(") {
			t.Errorf("%v is named", r)
		}
	}
	if r, ok := RuleByName(""); ok || r != 0 {
		t.Error("the empty name names a rule")
	}
}
