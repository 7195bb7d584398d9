// Package sample has rules that its tests know, and two that they do not.
package sample

// Constants have no mutants.
const (
	limit = 3
	cheap = 10
)

// prices is a table.
var prices = map[string]int{
	"tea":    2,
	"coffee": 4, // no test asks for it
}

type till struct{ sum int }

// Add is tested at its limit.
func (t *till) Add(_ string, n ...int) bool {
	for _, n := range n {
		if n > limit {
			return false
		}
		t.sum += n
	}
	return true
}

// Cheap has a boundary that no test looks at.
func Cheap[T ~int](n T) bool { return n < cheap }

// Spin ends unless a mutant counts the wrong way.
func Spin(n int) (turns int) {
	for i := 0; i < n; i++ {
		turns++
	}
	return turns
}
