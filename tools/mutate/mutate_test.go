package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// inSample runs the program in the sample module with a list of survivors, and returns what it
// printed.
func inSample(t *testing.T, o options, list string) (string, error) {
	t.Helper()
	o.known = filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(o.known, []byte("## example.com/sample\n"+list), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir("testdata/sample")
	t.Setenv("GOWORK", "off")
	o.patterns, o.parallel = []string{"."}, 2
	var out bytes.Buffer
	err := try(t.Context(), o, &out)
	return out.String(), err
}

// TestItFindsWhatNoTestLooksAt tries all mutants of the sample that are not listed. A run of all
// fails if one survives. A sample, which here has all of them, fails by the percentage.
func TestItFindsWhatNoTestLooksAt(t *testing.T) {
	unseen := []string{
		"sample.go prices: constant: `\"coffee\": 4` becomes `\"coffee\": (4 + 1)`",
		"sample.go prices: constant: `\"coffee\": 4` becomes `\"coffee\": (4 - 1)`",
		"sample.go prices: row: `\"coffee\": 4` becomes `nothing`",
	}
	list := "\n- sample.go Cheap: boundary: `n < cheap` becomes `n <= cheap`\n  a reason\n"
	for name, tt := range map[string]struct {
		o    options
		list string
		want []string
		err  string // "" for none
	}{
		"all":             {options{}, list, unseen, "3 mutants survived"},
		"all listed":      {options{}, list + "\n- " + strings.Join(unseen, "\n- ") + "\n", nil, ""},
		"a low bar":       {options{sample: 1000, least: 50}, list, unseen, ""},
		"a bar of 99":     {options{sample: 1000, least: 99}, list, unseen, "the bar is 99 %"},
		"some functions":  {options{only: "prices"}, list, unseen, "3 mutants survived"},
		"nothing matches": {options{only: "no such function", least: 90}, list, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := inSample(t, tt.o, tt.list)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Error(err)
			}
			var survived []string
			for _, m := range regexp.MustCompile(`(?m)^survived: .*/sample\.go:\d+: (.*)$`).FindAllStringSubmatch(out, -1) {
				survived = append(survived, m[1])
			}
			slices.Sort(survived)
			if !slices.Equal(survived, tt.want) || !strings.Contains(out, fmt.Sprintf(", %d survived: ", len(tt.want))) {
				t.Errorf("%s survived:\n%s", out, strings.Join(survived, "\n"))
			}
		})
	}
}

func TestASampleIsDrawnBySeed(t *testing.T) {
	drawn := func(seed uint64) (keys []string) {
		t.Run("", func(t *testing.T) {
			out, err := inSample(t, options{sample: 10, seed: seed, list: true}, "")
			if err != nil || !strings.Contains(out, "-sample 10 -seed ") {
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

func TestALongTextIsCutAroundItsDifference(t *testing.T) {
	a := strings.Repeat("a + ", 60) + "1" + strings.Repeat(" + b", 60)
	b := strings.Replace(a, "1", "2", 1)
	got := short(a, b)
	if n := len([]rune(got)); n > 102 || !strings.Contains(got, "1") || got == short(b, a) {
		t.Errorf("%d characters: %s", n, got)
	}
}
