package liveperson

import (
	"errors"

	"github.com/ca74b63c/roster/validate"
)

// selection says which fields of users a reply shows. The grammar of the parameter select is that
// of the gdata dialect of YOGA, to which LivePerson's document refers:
//
//	selector := field ( ',' field )*
//	field    := name [ '(' selector ')' ]
//
// A name is any text without "," and "(". Spaces are a part of the name, and so is a ")" without an
// opening parenthesis. The reply shows the core fields (id, pid, deleted, loginName) and the fields
// in the selector. An unknown name selects nothing. If a field is in the selector twice, its last
// place decides. A group without parentheses, or with empty ones, shows all its members.
// Parentheses after any other field have no effect. "$all" selects all fields.
type selection struct {
	fields uint64 // bit i is for the field i of the table
	groups [numGroupFields]groupFields
}

// groupFields is the set of shown members of memberOf or managerOf.
type groupFields uint8

const (
	agentGroupID groupFields = 1 << iota
	assignmentDate
	wholeGroup = agentGroupID | assignmentDate
)

// The fields that are groups.
const (
	memberOf = iota
	managerOf
	numGroupFields
	noGroup = numGroupFields
)

// Errors of the parameter select, with the texts of YOGA.
var (
	errHref    = errors.New("href is a reserved keyword for selectors")
	errOpening = errors.New("more opening brackets than closing brackets")
	errComma   = errors.New("a nested selector not at the end of its parent must be followed by a comma")
	errAlias   = errors.New("no selector defined for this alias")
)

func everything() selection {
	return selection{fields: 1<<len(fields) - 1, groups: [numGroupFields]groupFields{wholeGroup, wholeGroup}}
}

// parseSelect parses s, the query parameter select, and returns the selected fields, always with
// the core fields. All fields are selected if s is empty, "*", "$all" or "$all'". Errors: errAlias
// for any other text that begins with "$"; those of the syntax.
func parseSelect(s string) (selection, error) {
	switch {
	case s == "" || s == "*" || s == "$all" || s == "$all'": // the vendor's client for Node.js sends the last one
		return everything(), nil
	case s[0] == '$':
		return selection{}, errAlias
	}
	p := selectParser{selection: selection{fields: coreFields}, parent: -1}
	err := p.parse(s)
	return p.selection, err
}

// selectParser parses a selector from left to right. It stores the depth and no stack, because
// fields below the second level have no effect.
type selectParser struct {
	selection
	depth  int
	parent int  // the index of the current field of the first level, -1 for an unknown name
	named  bool // the parentheses of the current field contain a name
}

func (p *selectParser) parse(s string) error {
	start, closed := 0, false // closed: the last byte was a ")", so only "," or ")" may follow
	for i := 0; i < len(s); i++ {
		ch := s[i]
		switch {
		case ch == ')' && p.depth > 0:
			if !closed && i > start {
				if err := p.name(s[start:i], false); err != nil {
					return err
				}
			}
			p.close()
			closed = true
		case closed && ch != ',':
			return errComma
		case ch == ',' || ch == '(':
			if !closed {
				if err := p.name(s[start:i], ch == '('); err != nil {
					return err
				}
			}
			start, closed = i+1, false
		}
	}
	if p.depth > 0 {
		return errOpening
	}
	if closed || start == len(s) {
		return nil
	}
	return p.name(s[start:], false)
}

// name adds the field with the given name to the selection. If opens is true, an opening
// parenthesis follows the name, and the next names are one level deeper.
//
// At the first level, a known name selects the field. If the field is a group, all members of the
// group are selected too. At the second level, the first name deselects all members, even if it is
// unknown. Then each of the names agentGroupId and assignmentDate selects its member. Other names,
// and names at deeper levels, select nothing.
//
// Errors: errHref if name is "href", at any level.
func (p *selectParser) name(name string, opens bool) error {
	if name == "href" {
		return errHref
	}
	switch p.depth {
	case 0:
		p.parent = fieldByName(name)
		if p.parent >= 0 {
			p.fields |= 1 << p.parent
			p.show(wholeGroup)
		}
		p.named = false
	case 1:
		if !p.named {
			p.show(0)
		}
		p.named = true
		switch name {
		case "agentGroupId":
			p.add(agentGroupID)
		case "assignmentDate":
			p.add(assignmentDate)
		}
	}
	if opens {
		p.depth++
	}
	return nil
}

func (p *selectParser) close() {
	if p.depth--; p.depth == 0 {
		p.parent = -1
	}
}

// group returns the index of the current field in selection.groups, or noGroup if the field is not
// a group.
func (p *selectParser) group() int {
	if p.parent < 0 {
		return noGroup
	}
	return fields[p.parent].group
}

func (p *selectParser) show(f groupFields) {
	if g := p.group(); g != noGroup {
		p.groups[g] = f
	}
}

func (p *selectParser) add(f groupFields) {
	if g := p.group(); g != noGroup {
		p.groups[g] |= f
	}
}

// before deselects the fields that version v of the API does not have.
func (s *selection) before(v float64) {
	if v < oauthVersion {
		s.fields &^= oauthField
	}
}

// reason returns the parameters of a problem: the text of err, an error of the parameter select,
// under the name "reason".
func reason(err error) validate.Params { return validate.Params{}.WithText("reason", err.Error()) }
