package vendorhttp

import (
	"slices"
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// Names are the words that an API has for its parameters and for the members of its bodies. A name
// that is not among them may be anything, part of a password too, so no answer and no log repeats
// it. The nil *Names knows no name.
type Names struct {
	list []string
	set  map[string]bool
}

// NamesOf returns the set of the names.
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

// Has reports whether the name is known.
func (n *Names) Has(name string) bool { return n != nil && n.set[name] }

// Likely returns the known name of which a name is probably a typing error, "" if there is none:
// one that differs in case, hyphens and underscores only, or else in one letter of four at most,
// and in two letters at most. An exchange of two neighboring letters is one difference.
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
	maxTyped       = 64 // bytes; no name is that long, so nothing longer is a typing error
	maxTypos       = 2
	lettersPerTypo = 4
)

// plain returns a name without what differs between the ways to write one: user_name, userName,
// User-Name.
func plain(name string) string { return squeeze.Replace(strings.ToLower(name)) }

// typos returns the edit distance of two names, an exchange of neighbors counted as one (optimal
// string alignment), or more than maxTypos if the lengths alone say so.
func typos(a, b string) int {
	if len(a)-len(b) > maxTypos || len(b)-len(a) > maxTypos || len(b) > maxTyped {
		return maxTypos + 1
	}
	var rows [3][maxTyped + 1]int // the row before the last, the last, this one
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

// UnknownParameter is the code of a parameter or a member that an endpoint does not take.
const UnknownParameter validate.Code = "unknown_parameter"

// suggestion is the parameter of a problem UnknownParameter that holds the name which was probably
// meant.
const suggestion = "suggestion"

// UnknownText says a problem UnknownParameter, or Unknown, in words: "unknown parameter; did you
// mean 'user_name'?"
func UnknownText(p validate.Problem) string {
	text := strings.ReplaceAll(string(p.Code), "_", " ")
	if name, ok := p.Params.Get(suggestion); ok {
		text += "; did you mean '" + name + "'?"
	}
	return text
}

// UnknownValue takes a problem Unknown for a parameter whose value should have been a name of the
// API, with the name that was probably meant if there is one.
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

// maxLikely bounds for how many unknown names of one object a likely one is looked for.
const maxLikely = 16

// Unknown takes a problem UnknownParameter for each parameter that was not asked for. Call it last.
// One whose name the API has elsewhere is reported by its name. Any other name is not repeated: it
// is reported at the path of what holds it, with the name that was probably meant if there is one.
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
