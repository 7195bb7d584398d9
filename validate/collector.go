package validate

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxProblems is the number of problems that a Collector keeps. It bounds the memory that a hostile
// input can use.
const maxProblems = 100

// Collector collects the problems of one input. The zero value is ready to use. It keeps the
// first 100 problems and counts the others. It is not safe for concurrent use.
type Collector struct {
	problems []Problem
	dropped  int
}

// Add adds a problem.
func (c *Collector) Add(p Problem) {
	if len(c.problems) >= maxProblems {
		c.dropped++
		return
	}
	c.problems = append(c.problems, p)
}

// Check reports whether the value is valid under the rule and the profile. If the value is not
// valid, Check also adds the problem that Rule.Check returns, at path.
func (c *Collector) Check(rule Rule, profile Profile, path, value string) bool {
	p, ok := rule.Check(profile, path, value)
	if !ok {
		c.Add(p)
	}
	return ok
}

// Optional does the same as Check, but accepts "" for an absent value.
func (c *Collector) Optional(rule Rule, profile Profile, path, value string) bool {
	return value == "" || c.Check(rule, profile, path, value)
}

// Require adds a problem Required unless ok is true, and returns ok.
func (c *Collector) Require(path string, ok bool) bool {
	if !ok {
		c.Add(Problem{Path: path, Code: Required})
	}
	return ok
}

// Range adds a problem OutOfRange unless min <= n <= max, and reports whether it added none.
func (c *Collector) Range(path string, n, min, max int64) bool {
	if n < min || n > max {
		c.Add(outOfRange(path, min, max))
		return false
	}
	return true
}

// Items checks the number of items of the list at path. It returns true if n, the number of items,
// is at most max. Otherwise it adds a problem OutOfRange (min 0, max, of "items") and returns
// false.
func (c *Collector) Items(path string, n, max int) bool {
	if n <= max {
		return true
	}
	p := outOfRange(path, 0, int64(max))
	p.Params = p.Params.WithText("of", "items")
	c.Add(p)
	return false
}

// outOfRange returns the problem OutOfRange at the path, with the parameters min and max.
func outOfRange(path string, min, max int64) Problem {
	return Problem{Path: path, Code: OutOfRange, Params: Params{}.WithInt("min", min).WithInt("max", max)}
}

// Merge adds the problems of err, which may be wrapped, to c. It puts prefix before their paths. It
// does nothing for a nil error.
//
//   - From an *Error, Merge adds every problem and the number of dropped problems.
//   - From a Problem, Merge adds this problem.
//   - For any other error, Merge adds one problem Invalid at prefix. It does not keep the text of
//     the error, which may contain the value.
func (c *Collector) Merge(prefix string, err error) {
	if err == nil {
		return
	}
	var all *Error
	if errors.As(err, &all) && all != nil {
		for _, p := range all.Problems {
			p.Path = prefix + p.Path
			c.Add(p)
		}
		c.dropped += all.Dropped
		return
	}
	p := Problem{Code: Invalid}
	errors.As(err, &p)
	p.Path = prefix + p.Path
	c.Add(p)
}

// Len returns the number of problems that were added, including those beyond the first 100.
func (c *Collector) Len() int { return len(c.problems) + c.dropped }

// Err returns nil if no problem was added, else an *Error. The *Error has the first 100 problems
// that were added, and the number of the others. It orders the problems by path. Problems with
// equal paths stay in the order in which they were added. Problems that are added later do not
// change the returned error.
func (c *Collector) Err() error {
	if c.Len() == 0 {
		return nil
	}
	problems := slices.Clone(c.problems)
	slices.SortStableFunc(problems, func(a, b Problem) int { return comparePaths(a.Path, b.Path) })
	return &Error{Problems: problems, Dropped: c.dropped}
}

// IsStorable reports whether a text may be given to a storage: it is valid UTF-8 without NUL.
// Storages rely on it.
func IsStorable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Storable adds a problem at the path if IsStorable refuses the text: InvalidUTF8 or
// ControlCharacter. It reports whether the text is storable.
func (c *Collector) Storable(path, s string) bool {
	switch {
	case IsStorable(s):
		return true
	case !utf8.ValidString(s):
		c.Add(Problem{Path: path, Code: InvalidUTF8})
	default:
		c.Add(Problem{Path: path, Code: ControlCharacter})
	}
	return false
}
