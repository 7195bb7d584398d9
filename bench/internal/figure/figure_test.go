package figure

import "testing"

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{
		1_315_402: "1,315,402", 1315.4: "1,315", 23.4: "23", 9.96: "10", 2.34: "2.3", 2.04: "2", 1: "1", 0.96: "0.96",
		0.14: "0.14", 0.5: "0.5", 0.1: "0.1", 0.0123: "0.012", 0.001: "0.001", 0.996: "1", 1.5e-10: "1.5e-10",
	} {
		if got := Number(v); got != want {
			t.Errorf("Number(%v) is %s, want %s", v, got, want)
		}
	}
	for v, want := range map[float64]string{9.951: "10×", 5: "5.0×", 0.8: "0.80×", 0.0861: "0.086×", 1: "1.0×"} {
		if got := Times(v); got != want {
			t.Errorf("Times(%v) is %s, want %s", v, got, want)
		}
	}
	for ns, want := range map[float64]string{
		0.5: "0.50 ns", 22.7: "22.7 ns", 999.4: "999 ns", 999.6: "1.00 µs", 1_204: "1.20 µs", 99_960: "100 µs",
		3.451e8: "345 ms", 1.2e9: "1.20 s", 2e13: "20,000 s",
	} {
		if got := Duration(ns); got != want {
			t.Errorf("Duration(%v) is %s, want %s", ns, got, want)
		}
	}
}
