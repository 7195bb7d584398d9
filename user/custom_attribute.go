package user

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// CustomType is the type of a custom attribute.
type CustomType string

// The types of custom attributes.
const (
	CustomString  CustomType = "string"
	CustomNumber  CustomType = "number"
	CustomBoolean CustomType = "boolean"
	CustomDate    CustomType = "date"   // a text, "2026-11-30"
	CustomChoice  CustomType = "choice" // one text of a list
)

// MaxCustomOptions is the greatest number of options of a choice.
const MaxCustomOptions = 256

// CustomAttribute defines one custom attribute. A limit that is zero does not limit.
type CustomAttribute struct {
	Name string     `json:"name"` // as a role's: [a-z][a-z0-9_.-]{0,63}
	Type CustomType `json:"type"`
	// Required says that a user must have a value. It is checked when a user is created and when a
	// custom attribute of a user changes.
	Required  bool         `json:"required,omitempty"`
	MinLength int          `json:"minLength,omitempty"` // of a string, in characters
	MaxLength int          `json:"maxLength,omitempty"` // of a string, in characters; at most MaxCustomText
	Min       Value        `json:"min,omitzero"`        // of a number or a date
	Max       Value        `json:"max,omitzero"`        // of a number or a date
	Options   List[string] `json:"options,omitzero"`    // of a choice
}

// Equal reports whether both definitions are the same.
func (a CustomAttribute) Equal(b CustomAttribute) bool {
	return a.sameValues(b) && a.Name == b.Name && a.Required == b.Required
}

// sameValues reports whether both accept the same values.
func (a CustomAttribute) sameValues(b CustomAttribute) bool {
	return a.Type == b.Type && a.MinLength == b.MinLength && a.MaxLength == b.MaxLength &&
		a.Min.trimmed() == b.Min.trimmed() && a.Max.trimmed() == b.Max.trimmed() && a.Options.Equal(b.Options)
}

// check adds to problems each problem of the definition a. The paths begin with path. For an
// unknown type, check does not look at the limits and the options of a.
func (a CustomAttribute) check(problems *validate.Collector, path string) {
	if !ValidCustomName(a.Name) {
		problems.Add(validate.Problem{Path: path + "/name", Code: validate.Invalid})
	}
	switch a.Type {
	case CustomString, CustomNumber, CustomBoolean, CustomDate, CustomChoice:
	default:
		problems.Add(validate.Problem{Path: path + "/type", Code: validate.Unknown})
		return
	}
	forbid := func(member string, given bool) {
		if given {
			problems.Add(validate.Problem{Path: path + member, Code: validate.Forbidden})
		}
	}
	if a.Type == CustomString {
		problems.Range(path+"/maxLength", int64(a.MaxLength), 0, MaxCustomText)
		problems.Range(path+"/minLength", int64(a.MinLength), 0, int64(a.longest()))
	} else {
		forbid("/minLength", a.MinLength != 0)
		forbid("/maxLength", a.MaxLength != 0)
	}
	if a.Type == CustomNumber || a.Type == CustomDate {
		bound := CustomAttribute{Type: a.Type}
		bound.checkAt(problems, path+"/min", a.Min)
		bound.Min = a.Min
		bound.checkAt(problems, path+"/max", a.Max)
	} else {
		forbid("/min", !a.Min.IsZero())
		forbid("/max", !a.Max.IsZero())
	}
	if a.Type == CustomChoice {
		a.checkOptions(problems, path+"/options")
	} else {
		forbid("/options", !a.Options.IsZero())
	}
}

func (a CustomAttribute) checkOptions(problems *validate.Collector, path string) {
	if !problems.Require(path, a.Options.Len() > 0) || !problems.Items(path, a.Options.Len(), MaxCustomOptions) {
		return
	}
	seen := make(map[string]bool, a.Options.Len())
	for i, option := range a.Options.items() {
		at := validate.Element(path, i)
		if !problems.Require(at, option != "") || !problems.Storable(at, option) {
			continue
		}
		if p, ok := TextValue(option).checkScalar(); !ok {
			p.Path = at
			problems.Add(p)
		}
		if seen[option] {
			problems.Add(validate.Problem{Path: at, Code: validate.Duplicate})
		}
		seen[option] = true
	}
}

func (a *CustomAttribute) longest() int {
	if a.MaxLength == 0 {
		return MaxCustomText
	}
	return a.MaxLength
}

// checkAt adds a problem at path to problems if v is not a valid value of the attribute a. The zero
// Value is always valid.
func (a *CustomAttribute) checkAt(problems *validate.Collector, path string, v Value) {
	if v.IsZero() {
		return
	}
	p, ok := v.checkScalar()
	if ok {
		p, ok = a.problem(v)
	}
	if !ok {
		p.Path = path
		problems.Add(p)
	}
}

// problem returns true if v has the type of a and is within the limits of a. Otherwise it returns
// false and the problem, without a path: Invalid for another type or a day that does not exist,
// OutOfRange, Unknown for a text that is no option, TooShort or TooLong. v must not be the zero
// Value.
func (a *CustomAttribute) problem(v Value) (validate.Problem, bool) {
	switch a.Type {
	case CustomNumber:
		f, ok := v.number()
		least, isLeast := a.Min.number()
		most, isMost := a.Max.number()
		switch {
		case !ok:
			return validate.Problem{Code: validate.Invalid}, false
		case isLeast && f < least, isMost && f > most:
			return a.outOfRange(), false
		}
		return validate.Problem{}, true
	case CustomBoolean:
		return validate.Problem{Code: validate.Invalid}, v.isBool()
	}
	s, ok := v.text()
	if !ok {
		return validate.Problem{Code: validate.Invalid}, false
	}
	switch a.Type {
	case CustomDate:
		switch {
		case !isDate(s):
			return validate.Problem{Code: validate.Invalid}, false
		case !a.Min.IsZero() && s < a.Min.String(), !a.Max.IsZero() && s > a.Max.String():
			return a.outOfRange(), false
		}
	case CustomChoice:
		if !slices.Contains(a.Options.items(), s) {
			return validate.Problem{Code: validate.Unknown}, false
		}
	default:
		switch n := utf8.RuneCountInString(s); {
		case n < a.MinLength:
			return validate.Problem{Code: validate.TooShort, Params: validate.Params{}.WithInt("min", int64(a.MinLength))}, false
		case n > a.longest():
			return tooLong("", int64(a.longest()), "characters"), false
		}
	}
	return validate.Problem{}, true
}

func (a *CustomAttribute) outOfRange() validate.Problem {
	var params validate.Params
	if !a.Min.IsZero() {
		params = params.WithText("min", a.Min.String())
	}
	if !a.Max.IsZero() {
		params = params.WithText("max", a.Max.String())
	}
	return validate.Problem{Code: validate.OutOfRange, Params: params}
}

// isDate reports whether s is a day of the calendar in the form "2026-11-30". The year is 0001 to
// 9999. isDate returns false for a day that does not exist, such as "2026-02-29".
func isDate(s string) bool {
	day, err := time.Parse(time.DateOnly, s)
	return err == nil && day.Year() > 0
}
