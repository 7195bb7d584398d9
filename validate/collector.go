package validate

import (
	"errors"
	"slices"
)

// maxProblems bounds what a Collector keeps, so that a hostile list of a million bad items costs a hundred problems.
const maxProblems = 100

// Collector gathers every problem of one input. The zero value is ready. It keeps the first 100 problems and counts
// the rest. It is not safe for concurrent use.
type Collector struct {
	problems []Problem
	dropped  int
}

// Add takes a problem.
func (c *Collector) Add(p Problem) {
	if len(c.problems) >= maxProblems {
		c.dropped++
		return
	}
	c.problems = append(c.problems, p)
}

// Check takes the problem that value has under the rule, if any, and reports whether there was none.
func (c *Collector) Check(rule Rule, profile Profile, path, value string) bool {
	p, ok := rule.Check(profile, path, value)
	if !ok {
		c.Add(p)
	}
	return ok
}

// Optional is Check for a value whose absence is written as the empty text: "" is not checked.
func (c *Collector) Optional(rule Rule, profile Profile, path, value string) bool {
	return value == "" || c.Check(rule, profile, path, value)
}

// Require takes a problem Required unless ok, and returns ok.
func (c *Collector) Require(path string, ok bool) bool {
	if !ok {
		c.Add(Problem{Path: path, Code: Required})
	}
	return ok
}

// Range takes a problem OutOfRange unless min <= n <= max, and reports whether there was none.
func (c *Collector) Range(path string, n, min, max int64) bool {
	if n < min || n > max {
		c.Add(Problem{Path: path, Code: OutOfRange, Params: Params{}.WithInt("min", min).WithInt("max", max)})
		return false
	}
	return true
}

// Items takes a problem OutOfRange for a list of n items if there are more than max, and reports
// whether there was none.
func (c *Collector) Items(path string, n, max int) bool {
	if n <= max {
		return true
	}
	params := Params{}.WithInt("min", 0).WithInt("max", int64(max)).WithText("of", "items")
	c.Add(Problem{Path: path, Code: OutOfRange, Params: params})
	return false
}

// Merge takes the problems of err below the path prefix: those of an *Error or a Problem, also of a wrapped one. Any
// other error becomes one problem Invalid at prefix, without its text, which might hold the value. Nil adds nothing.
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

// Len returns the number of problems found so far, kept or not.
func (c *Collector) Len() int { return len(c.problems) + c.dropped }

// Err returns nil when no problem was found, else an *Error with all of them, ordered by path. The collector may be
// used further; what it finds later does not change an error that was already returned.
func (c *Collector) Err() error {
	if c.Len() == 0 {
		return nil
	}
	problems := slices.Clone(c.problems)
	slices.SortStableFunc(problems, func(a, b Problem) int { return comparePaths(a.Path, b.Path) })
	return &Error{Problems: problems, Dropped: c.dropped}
}
