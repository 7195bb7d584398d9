package sample

import "testing"

func TestSample(t *testing.T) {
	var full till
	if !full.Add("", 1, 3) || full.Add("", 4) || full.sum != 4 {
		t.Error("Add")
	}
	if !Cheap(1) || Cheap(20) {
		t.Error("Cheap")
	}
	if prices["tea"] != 2 || Spin(3) != 3 {
		t.Error("tea or turns")
	}
}
