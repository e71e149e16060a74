# This root has none: what is yours stands in main.tf.
