//go:build !unix

package extsort

func mapMemory(int) []byte { return nil }

func unmapMemory([]byte) {}
