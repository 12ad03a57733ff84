locals {
  uploads   = "gs://${google_storage_bucket.uploads.name}"
  serving   = "gs://${google_storage_bucket.serving.name}"
  datasette = "projects/${var.project}/locations/${var.region}/services/${google_cloud_run_v2_service.datasette.name}"
}

# Only Google Cloud's own services reach it, and only with the caller's identity. Cloud Run
# checks that itself, so the converter is not told to ask for tokens.
resource "google_cloud_run_v2_service" "converter" {
  name                = "${var.name}-converter"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  deletion_protection = false

  template {
    service_account                  = google_service_account.converter.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = var.concurrency
    # Deliveries are given up after ten minutes and come again; the schedule has half an hour.
    timeout = "1800s"

    scaling {
      min_instance_count = 0
      max_instance_count = var.converter_instances
    }

    containers {
      image = "${local.registry}/converter:${var.tag}"
      args  = ["serve"]

      env {
        name  = "DYNASETTE_UPLOADS"
        value = local.uploads
      }
      env {
        name  = "DYNASETTE_SERVING"
        value = local.serving
      }
      env {
        name  = "DYNASETTE_SERVICE"
        value = local.datasette
      }
      env {
        name  = "DYNASETTE_CONCURRENCY"
        value = tostring(var.concurrency)
      }
      env {
        name  = "GOOGLE_CLOUD_PROJECT"
        value = var.project
      }

      resources {
        limits = {
          cpu    = "2"
          memory = var.converter_memory
        }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      ports {
        container_port = 8080
      }

      # The permission on the bucket may take minutes to hold, at first.
      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 5
        failure_threshold = 48
        http_get {
          path = "/readyz"
        }
      }
      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 10
        failure_threshold = 3
        http_get {
          path = "/healthz"
        }
      }
    }
  }

  depends_on = [
    google_storage_bucket_iam_member.converter_reads_uploads,
    google_storage_bucket_iam_member.converter_writes_releases,
  ]
}

# Everything at once: for the first million files. Its last task makes the release.
resource "google_cloud_run_v2_job" "reconcile" {
  name                = "${var.name}-reconcile"
  location            = var.region
  deletion_protection = false

  template {
    task_count = var.job_tasks

    template {
      service_account = google_service_account.converter.email
      max_retries     = 3
      timeout         = "3600s"

      containers {
        image = "${local.registry}/converter:${var.tag}"
        args  = ["reconcile", local.uploads, local.serving, "--service", local.datasette]

        resources {
          limits = {
            cpu    = "2"
            memory = var.converter_memory
          }
        }
      }
    }
  }

  depends_on = [
    google_storage_bucket_iam_member.converter_reads_uploads,
    google_storage_bucket_iam_member.converter_writes_releases,
    google_cloud_run_v2_service_iam_member.converter_moves_datasette,
  ]
}
