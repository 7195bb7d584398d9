package vendorhttp

import (
	"slices"
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// Names is the set of names of an API's parameters and members. Any other name can be a part of a
// password, so no reply and no log repeats it. A nil *Names is empty.
type Names struct {
	list []string
	set  map[string]bool
}

// NamesOf returns the set of the given names. A name that is given twice is in the set once.
// Names.Likely compares the names in the given order.
func NamesOf(names ...string) *Names {
	n := &Names{set: make(map[string]bool, len(names))}
	for _, name := range names {
		if !n.set[name] {
			n.set[name] = true
			n.list = append(n.list, name)
		}
	}
	return n
}

// Has reports whether the set contains the name.
func (n *Names) Has(name string) bool { return n != nil && n.set[name] }

// Likely returns the name in the set that a caller probably meant by the misspelled name. It
// returns "" if no name in the set is similar, if name is longer than 64 bytes, or if n is nil.
//
// Likely ignores case and characters such as hyphens and underscores, and then counts the typos. A
// wrong, a missing or an additional letter is one typo, and so are two exchanged neighboring
// letters. A name in the set is similar if there are at most two typos, and at most one for each
// four letters of the name in the set. Likely returns the similar name with the fewest typos, and
// the first of several such names.
func (n *Names) Likely(name string) string {
	if n == nil || len(name) > maxTyped {
		return ""
	}
	typed, best, likely := plain(name), maxTypos+1, ""
	for _, known := range n.list {
		word := plain(known)
		if d := typos(typed, word); d < best && d <= len(word)/lettersPerTypo {
			best, likely = d, known
		}
	}
	return likely
}

const (
	maxTyped       = 64 // bytes; no name is that long, so a longer text is not a misspelled name
	maxTypos       = 2
	lettersPerTypo = 4
)

// plain returns the name in lower case without hyphens, underscores, brackets, quotes and spaces,
// so that user_name, userName and User-Name become the same.
func plain(name string) string { return squeeze.Replace(strings.ToLower(name)) }

// typos returns the number of differences between a and b (their edit distance). A missing, an
// additional or a wrong byte counts as one difference, and so do two exchanged neighbors (optimal
// string alignment). If the lengths differ by more than maxTypos, or if b is longer than maxTyped,
// typos returns maxTypos+1 without counting.
func typos(a, b string) int {
	if len(a)-len(b) > maxTypos || len(b)-len(a) > maxTypos || len(b) > maxTyped {
		return maxTypos + 1
	}
	var rows [3][maxTyped + 1]int // the last row but one, the last row, the current row
	for j := range len(b) + 1 {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		rows[2][0] = i
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			d := min(rows[1][j]+1, rows[2][j-1]+1, rows[1][j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[0][j-2]+1)
			}
			rows[2][j] = d
		}
		rows[0], rows[1] = rows[1], rows[2]
	}
	return rows[1][len(b)]
}

// UnknownParameter is the code of a parameter or member that an endpoint does not have.
const UnknownParameter validate.Code = "unknown_parameter"

// suggestion is the name of the parameter of a problem that contains the name that the caller
// probably meant.
const suggestion = "suggestion"

// UnknownText returns a text for the problem p, whose code is UnknownParameter or Unknown. The text
// is the code with spaces in place of underscores. If p has a suggestion, the text also contains
// the suggested name: "unknown parameter; did you mean 'user_name'?"
func UnknownText(p validate.Problem) string {
	text := strings.ReplaceAll(string(p.Code), "_", " ")
	if name, ok := p.Params.Get(suggestion); ok {
		text += "; did you mean '" + name + "'?"
	}
	return text
}

// UnknownValue adds a problem Unknown at the parameter with the given name. Use it if the value
// must be a name of the API and is not. If a name of the API is similar to the value, the problem
// suggests that name.
func (r *Reader) UnknownValue(name, value string) {
	r.problems.Add(r.names.unknown(r.Path(name), validate.Unknown, value))
}

func (n *Names) unknown(path string, code validate.Code, name string) validate.Problem {
	p := validate.Problem{Path: path, Code: code}
	if likely := n.Likely(name); likely != "" && likely != name {
		p.Params = p.Params.WithText(suggestion, likely)
	}
	return p
}

// maxLikely is the number of unknown names of one object for which a similar name is searched.
const maxLikely = 16

// Unknown adds a problem UnknownParameter for each parameter of r that no getter of r has read. It
// does not look into objects, which have readers of their own. Call Unknown after all getters. If
// the API has the name of the parameter, the path of the problem is the path of the parameter.
//
// Any other name may be a secret, so the path of its problem is the path of the object that
// contains the parameter. For the first maxLikely of these names, the problem suggests a similar
// name of the API if there is one. Equal problems of these names are added once.
func (r *Reader) Unknown() {
	var told []validate.Problem
	tried := 0
	for i := range r.members {
		if r.asked[i] {
			continue
		}
		name := r.members[i].Name
		if r.names.Has(name) {
			r.add(name, UnknownParameter)
			continue
		}
		p := validate.Problem{Path: r.path, Code: UnknownParameter}
		if tried++; tried <= maxLikely {
			p = r.names.unknown(r.path, UnknownParameter, name)
		}
		if !slices.Contains(told, p) {
			told = append(told, p)
			r.problems.Add(p)
		}
	}
}
