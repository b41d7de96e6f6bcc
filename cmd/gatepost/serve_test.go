package main

import (
	"runtime"
	"runtime/metrics"
	"testing"
)

func TestGarbageIsNotCollectedBeforeThereIsSome(t *testing.T) {
	reserve := heapReserve()
	runtime.GC()
	goal := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(goal)
	if got := goal[0].Value.Uint64(); got < 2*uint64(len(reserve)) {
		t.Errorf("the heap may grow to %d bytes", got)
	}
	runtime.KeepAlive(reserve)
}
