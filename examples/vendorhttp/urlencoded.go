package vendorhttp

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// parseQuery adds the parameters of the query s to v. It does not use url.ParseQuery, which refuses
// the semicolons in Voximplant's lists ("user_id=3;55") and loses the order. Errors: a *SizeError
// for more than MaxBody bytes; those of parsePairs.
func (f Form) parseQuery(s string, v *Values) error {
	if len(s) > MaxBody {
		return &SizeError{MaxBody, "bytes in its query"}
	}
	return f.parsePairs(s, v, false)
}

func (f Form) parseForm(s string, v *Values) error {
	if !f.Quoted {
		return f.parsePairs(s, v, false)
	}
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	return f.parsePairs(s, v, true)
}

func (f Form) parsePairs(s string, v *Values, quoted bool) error {
	if cap(v.Members) == 0 && s != "" {
		v.Members = make([]Value, 0, min(strings.Count(s, "&")+1, maxMembers))
	}
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, "&")
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		name, err := unescape(name)
		if err != nil {
			return err
		}
		if text, err = unescape(text); err != nil {
			return err
		}
		if quoted && len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'' {
			text = text[1 : len(text)-1]
		}
		v.checkText("", name, text)
		if err := v.add(Value{Name: name, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

func unescape(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s, nil
	}
	s, err := url.QueryUnescape(s)
	if err != nil {
		return "", ErrMalformed // the error of package url contains a part of the value
	}
	return s, nil
}

// checkText adds a problem if the text of the member name is not UTF-8 or contains NUL. path is the
// path of the object that contains the member. If the name itself is wrong in this way, the problem
// has the path of the object.
func (v *Values) checkText(path, name, text string) {
	if !utf8.ValidString(name) || strings.IndexByte(name, 0) >= 0 {
		v.problems.Add(validate.Problem{Path: path, Code: validate.InvalidUTF8})
		return
	}
	switch {
	case !utf8.ValidString(text):
		v.problems.Add(validate.Problem{Path: v.pathOf(path, name), Code: validate.InvalidUTF8})
	case strings.IndexByte(text, 0) >= 0:
		v.problems.Add(validate.Problem{Path: v.pathOf(path, name), Code: validate.ControlCharacter})
	}
}

// listName returns the name of the list that an element belongs to: "g" for g[] and g[0]. It
// returns false for other names.
func listName(s string) (string, bool) {
	name, index, ok := strings.Cut(s, "[")
	return name, ok && strings.HasSuffix(index, "]") && strings.Trim(index[:len(index)-1], "0123456789") == ""
}

// join replaces the text members g[], or g[0], g[1] and so on, by one member g that is the list of
// their texts. It does so for each such name g. The items of the list have the order in which they
// were sent, whatever their numbers. Other members stay as they are.
func (v *Values) join() {
	if !slices.ContainsFunc(v.Members, func(m Value) bool { return strings.HasSuffix(m.Name, "]") }) {
		return
	}
	at := make(map[string]int)
	joined := v.Members[:0:0]
	for _, m := range v.Members {
		name, ok := listName(m.Name)
		if !ok || m.Kind != Text {
			joined = append(joined, m)
			continue
		}
		i, ok := at[name]
		if !ok {
			i = len(joined)
			at[name] = i
			joined = append(joined, Value{Name: name, Kind: List})
		}
		m.Name = ""
		joined[i].Items = append(joined[i].Items, m)
	}
	v.Members = joined
}
