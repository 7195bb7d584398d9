// Package sample has rules that its tests know, and two that they do not.
package sample

// Limit is a constant with a type, which can be chosen at run time.
const Limit int = 3

// untyped has no mutants, because it has no type.
const untyped = 10

// prices is a table.
var prices = map[string]int{
	"tea":    2,
	"coffee": 4, // no test asks for it
}

type till struct{ sum int }

// Add is tested at its limit.
func (t *till) Add(_ string, n ...int) bool {
	for _, n := range n {
		if n > Limit {
			return false
		}
		t.sum += n
	}
	return true
}

// Cheap has a boundary that no test looks at.
func Cheap[T ~int](n T) bool { return n < untyped }

// Spin ends unless a mutant counts the wrong way.
func Spin(n int) (turns int) {
	for i := 0; i < n; i++ {
		turns++
	}
	return turns
}
