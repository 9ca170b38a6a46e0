package cluster_test

import (
	"errors"
	"fmt"

	"github.com/etappe/etappe/models/cluster"
)

func ExampleCheckName() {
	fmt.Println(cluster.CheckName("Board reports"))
	fmt.Println(errors.Is(cluster.CheckName(" padded "), cluster.ErrName))
	// Output:
	// <nil>
	// true
}

func ExampleIDNumber() {
	fmt.Println(cluster.ID(3), cluster.IDNumber("c3"))
	// Output: c3 3
}
