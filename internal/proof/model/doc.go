// Package model holds a reference model of the directory.
package model
