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

// NamesOf returns the set of the given names.
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

// Likely returns the known name that a caller probably meant by a misspelled name, "" if there is
// none. Two names are similar if they differ only in case, hyphens and underscores, or in at most
// two letters and at most one letter of four. Two exchanged neighboring letters count as one
// difference.
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

// plain returns a name in lower case without hyphens and underscores, so that user_name, userName
// and User-Name are the same.
func plain(name string) string { return squeeze.Replace(strings.ToLower(name)) }

// typos returns the edit distance of two names, in which two exchanged neighbors count as one
// (optimal string alignment). It returns more than maxTypos if the lengths differ too much.
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

// UnknownParameter is the code of a parameter or member that an endpoint does not have.
const UnknownParameter validate.Code = "unknown_parameter"

// suggestion is the name of a problem's parameter that has the name which the caller probably
// meant.
const suggestion = "suggestion"

// UnknownText returns a problem with the code UnknownParameter or Unknown as text: "unknown
// parameter; did you mean 'user_name'?"
func UnknownText(p validate.Problem) string {
	text := strings.ReplaceAll(string(p.Code), "_", " ")
	if name, ok := p.Params.Get(suggestion); ok {
		text += "; did you mean '" + name + "'?"
	}
	return text
}

// UnknownValue adds a problem Unknown for a parameter whose value must be a name of the API, with a
// suggestion if a name is similar.
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

// Unknown adds a problem UnknownParameter for each parameter that no getter asked for. Call it
// last. If the API has the name elsewhere, the problem is at its path. Other names are not
// repeated: the problem is at the path of the object that contains it, with a suggestion if a name
// is similar.
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
