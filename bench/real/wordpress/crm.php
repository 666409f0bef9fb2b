<?php
/* A small CRM on WordPress: deliveries and customers are post types, and what they say of themselves is meta. */

add_action(
	'init',
	function () {
		$type = fn( $name, $base ) => register_post_type(
			$name,
			array(
				'label'        => $name,
				'public'       => true,
				'show_in_rest' => true,
				'rest_base'    => $base,
				'supports'     => array( 'title', 'editor', 'author', 'comments', 'revisions', 'custom-fields' ),
			)
		);
		$meta = fn( $name, $key, $kind ) => register_post_meta(
			$name,
			$key,
			array(
				'type'         => $kind,
				'single'       => true,
				'show_in_rest' => true,
			)
		);
		$type( 'delivery', 'deliveries' );
		$type( 'customer', 'customers' );
		$meta( 'delivery', 'delivery_status', 'string' );
		$meta( 'delivery', 'customer_id', 'integer' );
		$meta( 'delivery', 'note', 'string' );
		$meta( 'customer', 'email', 'string' );
	}
);

/* The pages of the administration have these in their forms. */
add_action(
	'rest_api_init',
	fn() => register_rest_route(
		'run/v1',
		'/nonce',
		array(
			'methods'             => 'GET',
			'permission_callback' => 'is_user_logged_in',
			'callback'            => fn( $request ) => wp_create_nonce( $request['action'] ),
		)
	)
);
