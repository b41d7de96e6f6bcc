package loopback

import (
	"sync"
	"testing"
)

func TestAPortIsGivenOnce(t *testing.T) {
	const callers = 300
	given := make(chan int, callers)
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			port, err := FreePort()
			if err != nil {
				t.Error(err)
				return
			}
			given <- port
		})
	}
	group.Wait()
	close(given)
	seen := map[int]bool{}
	for port := range given {
		if seen[port] || port < first || port > last {
			t.Errorf("port %d is given twice, or lies outside", port)
		}
		seen[port] = true
	}
}

func TestAPortThatSomebodyClaimedIsNotFree(t *testing.T) {
	name := t.TempDir() + "/port"
	for i, want := range []bool{true, false} {
		free, err := claim(name)
		if err != nil || free != want {
			t.Errorf("claim %d is %v, %v", i+1, free, err)
		}
	}
}
