package spannertopology_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
