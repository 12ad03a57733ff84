locals {
  uploads = "gs://${google_storage_bucket.uploads.name}"
  serving = "gs://${google_storage_bucket.serving.name}"

  # How Datasette gets to a release: it is asked to try it, or gets a new revision.
  service = "projects/${var.project}/locations/${var.region}/services/${google_cloud_run_v2_service.datasette.name}"
  restart = local.follow ? "follow:${local.datasette}" : "run:${local.service}"
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
      image = data.google_artifact_registry_docker_image.image["converter"].self_link
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
        name  = "DYNASETTE_RESTART"
        value = local.restart
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
          path = "/health"
        }
      }
    }
  }

  depends_on = [
    google_storage_bucket_iam_member.converter_reads_uploads,
    google_storage_bucket_iam_member.converter_writes_releases,
  ]
}
