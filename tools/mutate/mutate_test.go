package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inSample runs the program in the sample module with a list of survivors, and returns what it
// printed and the list as it is afterwards.
func inSample(t *testing.T, list string, o options) (string, survivors, error) {
	t.Helper()
	o.file = filepath.Join(t.TempDir(), "list.md")
	if err := os.WriteFile(o.file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir("testdata/sample")
	t.Setenv("GOWORK", "off")
	o.patterns, o.parallel = []string{"."}, 2
	var out bytes.Buffer
	err := try(t.Context(), o, &out)
	after, _, rerr := read(o.file)
	if rerr != nil {
		t.Fatal(rerr)
	}
	return out.String(), after, err
}

// What no test of the sample looks at.
var surviving = []string{
	"sample.go Cheap: boundary: `n < untyped` becomes `n <= untyped`",
	"sample.go prices: constant: `\"coffee\": 4` becomes `\"coffee\": (4 + 1)`",
	"sample.go prices: constant: `\"coffee\": 4` becomes `\"coffee\": (4 - 1)`",
	"sample.go prices: row: `\"coffee\": 4` becomes `nothing`",
}

func TestItFindsWhatNoTestLooksAt(t *testing.T) {
	out, list, err := inSample(t, "# List\n", options{update: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(list["example.com/sample"])); !slices.Equal(got, surviving) {
		t.Errorf("%s survived:\n%s", out, strings.Join(got, "\n"))
	}
}

func TestItJudgesByTheList(t *testing.T) {
	var list strings.Builder
	list.WriteString("# List\n\n## example.com/sample\n\n")
	for i, key := range surviving[1:] {
		list.WriteString("- " + key + "\n")
		if i > 0 {
			list.WriteString("  nobody drinks it\n")
		}
	}
	list.WriteString("- sample.go Gone: row: `1` becomes `2`\n  it was there once\n")
	_, _, err := inSample(t, list.String(), options{least: 99})
	if err == nil {
		t.Fatal("it is content")
	}
	for _, want := range []string{
		"the bar is 99 %", "survived: " + surviving[0], "gives no reason: " + surviving[1], "does not survive: sample.go Gone",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), surviving[2]) {
		t.Errorf("it complains of what has a reason:\n%v", err)
	}
}

func TestASampleIsDrawnBySeedFromWhatIsNotListed(t *testing.T) {
	list := "# List\n\n## example.com/sample\n\n- " + surviving[0] + "\n  a reason\n"
	drawn := func(seed uint64) (keys []string) {
		t.Run("", func(t *testing.T) {
			out, _, err := inSample(t, list, options{sample: 10, seed: seed, list: true})
			if err != nil || strings.Contains(out, surviving[0]) {
				t.Errorf("%v:\n%s", err, out)
			}
			_, out, _ = strings.Cut(out, "\n")
			keys = strings.Split(strings.TrimSpace(out), "\n")
		})
		return keys
	}
	first := drawn(7)
	if len(first) != 10 || !slices.Equal(drawn(7), first) || slices.Equal(drawn(8), first) {
		t.Errorf("a sample of 10 is %q", first)
	}
}

func TestASampleFailsByItsShare(t *testing.T) {
	list := "# List\n\n## example.com/sample\n\n- " + surviving[0] + "\n  a reason\n"
	for least, want := range map[float64]string{50: "", 99: "the bar is 99 %"} {
		t.Run(want, func(t *testing.T) {
			out, _, err := inSample(t, list, options{sample: 1000, least: least})
			if got := fmt.Sprint(err); !strings.Contains(got, want) || (err == nil) != (want == "") || strings.Contains(got, "survived: ") {
				t.Errorf("%v", err)
			}
			if !strings.Contains(out, "-sample 1000 -seed ") || !strings.Contains(out, ", 3 survived: ") {
				t.Errorf("it prints %q", out)
			}
		})
	}
}

func TestALongTextIsCutAroundItsDifference(t *testing.T) {
	a := strings.Repeat("a + ", 60) + "1" + strings.Repeat(" + b", 60)
	b := strings.Replace(a, "1", "2", 1)
	got := short(a, b)
	if n := len([]rune(got)); n > 102 || !strings.Contains(got, "1") || got == short(b, a) {
		t.Errorf("%d characters: %s", n, got)
	}
}

// TestTheListOfSurvivors checks that the list of this repository can be read, and that each entry
// has a reason.
func TestTheListOfSurvivors(t *testing.T) {
	list, _, err := read("survivors.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for pkg, entries := range list {
		for key, reason := range entries {
			n++
			if reason == "" {
				t.Errorf("%s: %s has no reason", pkg, key)
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d entries", n)
	}
}
